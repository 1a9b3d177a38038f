using System.Globalization;
using System.Text;
using NexRender.Listener.Jobs.Lifecycle.Reports;

namespace NexRender.Listener.Tests.Bench;

/// <summary>The goals of the project beside the figures of this run; what was not measured is left out.</summary>
internal static class Goals
{
    public static void Print(StringBuilder text, BenchOptions options, Results results)
    {
        var rows = new List<(string What, string Goal, string? Measured)>();
        var middle = options.MiddleSize;
        Cell Own(Operation operation, int size, int connections) => new(TargetKind.Listener, operation, size, connections);
        void Ratio(string what, string goal, Cell over, Cell under) => rows.Add((what, goal, Times(results.Ratio(over, under))));

        Ratio($"durable PUT at {Report.Number(middle)} jobs, 32 connections : the original", "1,000 or more",
            Own(Operation.Put, middle, 32), Own(Operation.Put, middle, 32) with { Kind = TargetKind.Original });
        Growth(rows, options, results);
        Ratio("durable PUT at 256 connections : bare HttpListener echo", "0.8 or more",
            Own(Operation.Put, middle, 256), new(TargetKind.Echo, Operation.Put, 0, 256));
        foreach (var connections in options.Connections)
        {
            Ratio($"GET of one job, {Report.Connections(connections)} : bare HttpListener", "0.9 or more",
                Own(Operation.Get, middle, connections), new(TargetKind.Echo, Operation.Get, 0, connections));
        }
        Ratio("durable PUT at 32 connections : Redis SET with appendfsync always", "0.8 or more",
            Own(Operation.Put, middle, 32), new(TargetKind.Redis, Operation.Put, 0, 32));
        Gate(rows, options, results, middle);
        Before(rows, options, results);
        var checkpoint = Own(Operation.Checkpoint, options.Sizes[^1], CheckpointMeasurement.Connections);
        Ratio($"p99 of PUT while a checkpoint of {Report.Number(options.Sizes[^1])} jobs runs : without", "3 or less",
            checkpoint with { What = "with" }, checkpoint with { What = "without" });
        Watchers(rows, results, middle);
        Held(rows, results, middle);
        Process(rows, options, results);

        if (rows.All(row => row.Measured is null)) return;
        text.AppendLine().AppendLine("## Goals").AppendLine();
        text.AppendLine("| figure | goal | measured |").AppendLine("| --- | ---: | ---: |");
        foreach (var (what, goal, measured) in rows.Where(row => row.Measured is not null))
        {
            text.AppendLine($"| {what} | {goal} | {measured} |");
        }
    }

    private static void Growth(List<(string What, string Goal, string? Measured)> rows, BenchOptions options, Results results)
    {
        if (options.Sizes[^1] <= 1000 || !options.Sizes.Contains(1000)) return;
        foreach (var operation in new[] { Operation.Put, Operation.Get, Operation.Post, Operation.Pickup })
        {
            foreach (var connections in options.Connections)
            {
                var large = new Cell(TargetKind.Listener, operation, options.Sizes[^1], connections);
                var what = $"{operation} at {Report.Number(large.Jobs)} jobs : at 1,000, {Report.Connections(connections)}";
                rows.Add((what, "0.9 or more", Times(results.Ratio(large, large with { Jobs = 1000 }))));
            }
        }
    }

    private static void Before(List<(string What, string Goal, string? Measured)> rows, BenchOptions options, Results results)
    {
        if (options.Before is null) return;
        foreach (var operation in new[] { Operation.Put, Operation.Get, Operation.Pickup, Operation.Post })
        {
            foreach (var size in options.Sizes)
            {
                foreach (var connections in options.Connections)
                {
                    var cell = new Cell(TargetKind.Listener, operation, size, connections);
                    var what = $"{operation} with {Report.Number(size)} jobs, {Report.Connections(connections)} : the version before";
                    rows.Add((what, "0.97 or more", Times(results.Ratio(cell, cell with { Kind = TargetKind.Before }))));
                }
            }
        }
    }

    private static void Gate(List<(string What, string Goal, string? Measured)> rows, BenchOptions options, Results results, int size)
    {
        foreach (var (operation, goal) in new[] { (Operation.Put, "0.65"), (Operation.Get, "0.55"), (Operation.Pickup, "0.55") })
        {
            foreach (var connections in options.Connections)
            {
                var direct = new Cell(TargetKind.Listener, operation, size, connections);
                var gate = direct with { Kind = TargetKind.Gate };
                var what = $"{operation} behind the gate, {Report.Connections(connections)}";
                if (connections > 1) rows.Add(($"{what} : without", $"{goal} or more", Times(results.Ratio(gate, direct))));
                else rows.Add(($"{what}, time in addition", "45 µs or less", Microseconds(1e6 / results[gate] - 1e6 / results[direct])));
            }
        }
    }

    private static void Watchers(List<(string What, string Goal, string? Measured)> rows, Results results, int size)
    {
        foreach (var (kind, where) in new[] { (TargetKind.Listener, ""), (TargetKind.Gate, " behind the gate") })
        {
            Cell Watch(string what, int watchers) => new(kind, Operation.Watch, size, watchers, what);
            foreach (var isCompressed in new[] { false, true })
            {
                Cell Of200(string what) => Watch(WatchMeasurement.Name(what, isCompressed), 200);
                var share = results[Of200("share")] is { } received ? $" ({Report.Share(received)} of the events received)" : "";
                var coding = isCompressed ? ", compressed" : "";
                rows.Add(($"durable PUT{where} with 200 watchers of all events{coding} : without", "0.8 or more",
                    Times(results.Ratio(Of200("rate"), Watch("rate", 0))) is { } ratio ? ratio + share : null));
            }
            rows.Add(($"memory of an idle watcher{where}", "20 KB or less",
                results[Watch("idle", WatchMeasurement.Idle)] is { } memory ? Report.Kilobytes(memory) : null));
        }
    }

    private static void Held(List<(string What, string Goal, string? Measured)> rows, Results results, int size)
    {
        Cell Many(string what) => new(TargetKind.Listener, Operation.Held, size, HeldMeasurement.Many, what);
        rows.Add(("POST with 10,000 held pickups : with one", "0.9 or more",
            Times(results.Ratio(Many("rate"), Many("rate") with { Connections = 1 }))));
        rows.Add(("POST until the held pickup is answered, 10,000 held : one held", "1.5 or less",
            Times(results.Ratio(Many("median"), Many("median") with { Connections = 1 }))));
    }

    private static void Process(List<(string What, string Goal, string? Measured)> rows, BenchOptions options, Results results)
    {
        var start = new Cell(TargetKind.Listener, Operation.Start, StartMeasurement.Large, What: "time");
        rows.Add(("start with 100,000 jobs until the first response : the original", "0.3 or less",
            Times(results.Ratio(start, start with { Kind = TargetKind.Original }))));
        var empty = start with { Jobs = 0 };
        rows.Add(("start with an empty database until the first response", "50 ms or less",
            Beside(results, empty, Report.Milliseconds)));
        rows.Add(("resident when idle", "15 MB or less", Beside(results, empty with { What = "resident" }, Report.Megabytes)));
        if (options.Executable is not null)
        {
            rows.Add(("executable", "10 MB or less", Report.Megabytes(new FileInfo(options.Executable).Length / 1e6)));
        }
    }

    private static string? Beside(Results results, Cell own, Func<double?, string> format)
    {
        if (results[own] is not { } value) return null;
        var original = results[own with { Kind = TargetKind.Original }];
        return format(value) + (original is null ? "" : $" (the original: {format(original)})");
    }

    private static string? Microseconds(double? time) =>
        time is null ? null : time.Value.ToString("N0", CultureInfo.InvariantCulture) + " µs";

    private static string? Times(double? ratio) => ratio?.ToString(ratio < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture);
}
