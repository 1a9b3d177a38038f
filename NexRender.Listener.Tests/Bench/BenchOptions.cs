using System.Globalization;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Measurements;

namespace NexRender.Listener.Tests.Bench;

/// <summary>The options of the benchmark.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        bench [--executable FILE]     the published server, dist/nexrender-listener by default; "none" omits it
              [--before FILE]         another version of it, measured in turn with it
              [--quick]               all tables in about two minutes: one short round, few jobs; later options override its settings
              [--only LIST]           a part of put,get,pickup,take,post,list,page,minimal,unchanged,many,watch,held,start,checkpoint,redis
              [--sizes LIST]          numbers of jobs; 1000,10000,100000,1000000 by default
              [--connections LIST]    1,32,256 by default; with 256 also 4,096, for PUT and GET
              [--seconds N]           the length of a measurement, 1 by default, after a warm-up of a third of that
              [--rounds N]            measurements of which the median counts, 3 by default
              [--folder DIR]          where the databases are written, on the disk to be measured
              [--results FILE]        also writes the tables to a file
              [--page FILE]           the same, if nothing was left out and no other file is given
              [--no-original] [--no-redis] [--no-echo] [--no-gate]
        """;

    /// <summary>The number of connections with which PUT and GET are measured besides, to see that nothing collapses.</summary>
    public const int ManyConnections = 4096;

    private const int Large = 100_000;

    public string? Executable { get; init; } = Path.Combine("dist", "nexrender-listener" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Another version of the published server to compare with; <c>null</c> for none.</summary>
    public string? Before { get; init; }

    /// <summary>True for a short run, which is not complete whatever it measures.</summary>
    public bool Quick { get; init; }

    public Operation[] Only { get; init; } = Enum.GetValues<Operation>();

    public int[] Sizes { get; init; } = [1000, 10_000, 100_000, 1_000_000];

    public int[] Connections { get; init; } = [1, 32, 256];

    public double Seconds { get; init; } = 1;

    public int Rounds { get; init; } = 3;

    public string Folder { get; init; } = Path.GetTempPath();

    public bool Original { get; init; } = true;

    public bool Redis { get; init; } = true;

    public bool Echo { get; init; } = true;

    /// <summary>True to measure the server behind its gate too, in turn with the one without.</summary>
    public bool Gate { get; init; } = true;

    /// <summary>The file that the tables are written to; <c>null</c> for standard output only.</summary>
    public string? Results { get; init; }

    /// <summary>The file that the tables of a complete run are written to instead; <c>null</c> for none.</summary>
    public string? Page { get; init; }

    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    /// <summary>The number of jobs of the measurements that are made with one number only.</summary>
    public int MiddleSize => Sizes.Contains(10_000) ? 10_000 : Sizes[^1];

    /// <summary>The numbers of jobs with which starts are measured.</summary>
    public int[] StartSizes => Quick ? [0, Sizes[^1]] : [.. new[] { 0, Large, Sizes[^1] }.Distinct().Where(size => size is 0 or >= Large)];

    /// <summary>The number of jobs of the starts that are compared with those of the original.</summary>
    public int ComparedStart => StartSizes[1];

    /// <summary>The numbers of jobs in Redis with which throughput is measured.</summary>
    public int[] RedisSizes => [1000, 40_000];

    /// <summary>The number of jobs in Redis with which starts and takeovers are measured.</summary>
    public int RedisStart => Quick ? 10_000 : Large;

    /// <summary>True if nothing was left out, so that the tables have all rows.</summary>
    public bool IsComplete
    {
        get
        {
            var all = new BenchOptions();
            return !Quick && Only.SequenceEqual(all.Only) && Sizes.SequenceEqual(all.Sizes) && Connections.SequenceEqual(all.Connections)
                && Executable is not null && Original && Redis && Echo && Gate;
        }
    }

    /// <summary>Returns true if the operation is to be measured.</summary>
    public bool Has(Operation operation) => Only.Contains(operation);

    /// <summary>The numbers of connections with which an operation is measured.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="size">The number of jobs.</param>
    public IEnumerable<int> ConnectionsOf(Operation operation, int size) =>
        operation is Operation.Put or Operation.Get && size == MiddleSize && Connections.Contains(256) && OpenFiles.Allow(ManyConnections)
            ? Connections.Append(ManyConnections) : Connections;

    public static BenchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var flag = options.WithFlag(args[i]);
            if (flag is null && i + 1 == args.Length) throw new FormatException($"{args[i]} needs a value");
            options = flag ?? options.With(args[i], args[++i]);
        }
        return options;
    }

    private BenchOptions? WithFlag(string name) => name switch
    {
        "--quick" => this with { Quick = true, Sizes = [1000, 10_000], Seconds = 0.2, Rounds = 1 },
        "--no-original" => this with { Original = false },
        "--no-redis" => this with { Redis = false },
        "--no-echo" => this with { Echo = false },
        "--no-gate" => this with { Gate = false },
        _ => null,
    };

    private BenchOptions With(string name, string value) => name switch
    {
        "--executable" => this with { Executable = value == "none" ? null : value },
        "--before" => this with { Before = value },
        "--only" => this with { Only = [.. value.Split(',').Select(word => Enum.Parse<Operation>(word, ignoreCase: true))] },
        "--sizes" => this with { Sizes = Numbers(value) },
        "--connections" => this with { Connections = Numbers(value) },
        "--seconds" => this with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
        "--rounds" => this with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
        "--folder" => this with { Folder = value },
        "--results" => this with { Results = value },
        "--page" => this with { Page = value },
        _ => throw new FormatException($"unknown option {name}"),
    };

    private static int[] Numbers(string list) => [.. list.Split(',').Select(word => int.Parse(word, CultureInfo.InvariantCulture)).Order()];
}
