using System.Globalization;

namespace NexRender.Listener.Tests.Bench;

/// <summary>The options of the benchmark.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        bench [--executable FILE]     the published server, dist/nexrender-listener by default; "none" omits it
              [--before FILE]         another version of it, measured in turn with it
              [--only LIST]           a part of put,get,pickup,post,list,page,minimal,unchanged,many,watch,held,start,checkpoint
              [--sizes LIST]          numbers of jobs; 10,1000,10000,100000,1000000 by default
              [--connections LIST]    1,32,256 by default
              [--seconds N]           the length of a measurement, 3 by default, after a warm-up of a third of that
              [--rounds N]            measurements of which the median counts, 3 by default
              [--folder DIR]          where the databases are written, on the disk to be measured
              [--results FILE]        also writes the tables to a file, if nothing was left out
              [--no-original] [--no-redis] [--no-echo] [--no-gate]
        """;

    public string? Executable { get; init; } = Path.Combine("dist", "nexrender-listener" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>Another version of the published server to compare with; <c>null</c> for none.</summary>
    public string? Before { get; init; }

    public Operation[] Only { get; init; } = Enum.GetValues<Operation>();

    public int[] Sizes { get; init; } = [10, 1000, 10_000, 100_000, 1_000_000];

    public int[] Connections { get; init; } = [1, 32, 256];

    public double Seconds { get; init; } = 3;

    public int Rounds { get; init; } = 3;

    public string Folder { get; init; } = Path.GetTempPath();

    public bool Original { get; init; } = true;

    public bool Redis { get; init; } = true;

    public bool Echo { get; init; } = true;

    /// <summary>True to measure the server behind its gate too, in turn with the one without.</summary>
    public bool Gate { get; init; } = true;

    /// <summary>The file that the tables are written to; <c>null</c> for standard output only.</summary>
    public string? Results { get; init; }

    /// <summary>The number of jobs of the measurements that are made with one number only.</summary>
    public int MiddleSize => Sizes.Contains(10_000) ? 10_000 : Sizes[^1];

    /// <summary>True if nothing was left out, so that the tables have all rows.</summary>
    public bool IsComplete
    {
        get
        {
            var all = new BenchOptions();
            return Only.SequenceEqual(all.Only) && Sizes.SequenceEqual(all.Sizes) && Connections.SequenceEqual(all.Connections)
                && Executable is not null && Original && Redis && Echo && Gate;
        }
    }

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
        _ => throw new FormatException($"unknown option {name}"),
    };

    private static int[] Numbers(string list) => [.. list.Split(',').Select(word => int.Parse(word, CultureInfo.InvariantCulture)).Order()];
}
