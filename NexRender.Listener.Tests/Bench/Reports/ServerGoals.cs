using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The goals about starts, memory, watchers and held pickups. A reason is one that was measured.</summary>
internal static class ServerGoals
{
    private const int Million = 1_000_000;

    private const string BytesOfWatchers = "the watchers are sent 1.6 to 2 GB a second without gzip, on the cores that also run the load "
        + "and the watchers (2026-11-29)";

    private const string ListenerPerWatcher = "most of it is HttpListener's (2026-11-29)";

    public static void Add(GoalList goals, BenchOptions options, Results results)
    {
        Starts(goals, options, results);
        Memory(goals, results);
        Watchers(goals, options, results);
        Held(goals, options, results);
        var takeover = new Cell(TargetKind.ListenerOnRedis, Operation.Redis, options.RedisStart, What: RedisMeasurement.Takeover);
        goals.AtMost($"takeover with {Format.Number(options.RedisStart)} jobs in Redis, --lead-timeout 1s", 2000,
            results[takeover], Format.Milliseconds, unit: " ms");
        // The file is there in any run; it counts where the process is measured.
        if (options.Executable is { } executable && options.Has(Operation.Start) && File.Exists(executable))
            goals.AtMost("executable", 10, new FileInfo(executable).Length / 1e6, Format.Megabytes, unit: " MB");
    }

    private static void Starts(GoalList goals, BenchOptions options, Results results)
    {
        Cell Own(int size, string what) => new(TargetKind.Listener, Operation.Start, size, What: what);
        var compared = Own(options.ComparedStart, StartMeasurement.TimeOfOriginal);
        var empty = Own(0, StartMeasurement.Time);
        goals.AtMost("start with an empty database", 50, results[empty], Format.Milliseconds, unit: " ms",
            note: Beside(results, empty, Format.Milliseconds));
        goals.AtMost($"start with {Format.Number(options.ComparedStart)} jobs of the original : the original", 0.3,
            results.Ratio(compared, compared with { Kind = TargetKind.Original }), Format.Ratio);
        goals.AtMost("start with 1,000,000 jobs", 2500, results[Own(Million, StartMeasurement.Time)], Format.Milliseconds, unit: " ms");
        var journal = Format.Megabytes(results[Own(Million, StartMeasurement.JournalSize)]);
        goals.AtMost($"start with 1,000,000 jobs after kill -9 with a journal of {journal}", 4000,
            results[Own(Million, StartMeasurement.TimeOfJournal)], Format.Milliseconds, unit: " ms");
    }

    private static void Memory(GoalList goals, Results results)
    {
        Cell Own(int size, string what) => new(TargetKind.Listener, Operation.Start, size, What: what);
        var idle = Own(0, StartMeasurement.AtRest);
        goals.AtMost("resident when idle", 15, results[idle], Format.Megabytes, unit: " MB", note: Beside(results, idle, Format.Megabytes));
        var (memory, database) = (results[Own(Million, StartMeasurement.AtRest)], results[Own(Million, StartMeasurement.DatabaseSize)]);
        goals.AtMost("resident at rest with 1,000,000 jobs : bytes of their JSON", 1.25, memory / database, Format.Ratio,
            note: $" ({Format.Megabytes(memory)} : {Format.Megabytes(database)})");
    }

    private static void Watchers(GoalList goals, BenchOptions options, Results results)
    {
        foreach (var (kind, where) in new[] { (TargetKind.Listener, ""), (TargetKind.Gate, " behind the gate") })
        {
            Cell Watch(string what, int watchers) => new(kind, Operation.Watch, options.MiddleSize, watchers, what);
            foreach (var isCompressed in new[] { false, true })
            {
                Cell Of200(string what) => Watch(WatchMeasurement.Name(what, isCompressed), 200);
                var share = results[Of200("share")] is { } received ? $" ({Format.Share(received)} of the events received)" : "";
                goals.AtLeast($"durable PUT{where} with 200 watchers of all events{(isCompressed ? ", gzip" : "")} : without", 0.8,
                    results.Ratio(Of200("rate"), Watch("rate", 0)), isCompressed ? Goal.NotInvestigated : BytesOfWatchers, share);
            }
            goals.AtMost($"memory of an idle watcher{where}", 20, results[Watch("idle", WatchMeasurement.Idle)], Format.Kilobytes,
                kind == TargetKind.Listener ? ListenerPerWatcher : Goal.NotInvestigated, " KB");
        }
    }

    private static void Held(GoalList goals, BenchOptions options, Results results)
    {
        Cell Many(string what) => new(TargetKind.Listener, Operation.Held, options.MiddleSize, HeldMeasurement.Many, what);
        goals.AtLeast("POST with 10,000 held pickups : with one", 0.9, results.Ratio(Many("rate"), Many("rate") with { Connections = 1 }));
        goals.AtMost("POST until the held pickup is answered, 10,000 held : one held", 1.5,
            results.Ratio(Many("median"), Many("median") with { Connections = 1 }), Format.Ratio);
    }

    private static string Beside(Results results, Cell own, Func<double?, string> format) =>
        format(results[own with { Kind = TargetKind.Original }]) is { Length: > 0 } original ? $" (the original: {original})" : "";
}
