using System.Globalization;
using NexRender.Listener.Tests.Bench.Measurements;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Reports;

/// <summary>The goals about requests per second and their latency. A reason is one that was measured.</summary>
internal static class ThroughputGoals
{
    private const string CostOfPut = "a change costs about twice the processor time of a bare echo, and more than half of the difference "
        + "goes into JSON, garbage collection and the sync (perf, 2026-11-24)";

    private const string CostOfCommit = "beside the sync, each commit has three statx, which check that the files still have their names, "
        + "and 0.65 futex, which wake the thread of the feed (strace, 2026-11-29)";

    private const string ManyContexts = "HttpListener searches its list of contexts for each request, and each collection finds thousands "
        + "of requests that have not ended: 16 % and 37 to 48 % of the processor time of GETs (perf, 2026-11-29)";

    private const string CheckpointRuns = "a checkpoint runs during a part of the measurement";

    public static void Add(GoalList goals, BenchOptions options, Results results)
    {
        var middle = options.MiddleSize;
        var put = Own(Operation.Put, middle, 32);
        goals.AtLeast($"durable PUT at {Format.Number(middle)} jobs, 32 connections : the original", 1000,
            results.Ratio(put, put with { Kind = TargetKind.Original }));
        goals.AtLeast("durable PUT, 256 connections : echo of a bare HttpListener", 0.8,
            results.Ratio(put with { Connections = 256 }, new(TargetKind.Echo, Operation.Put, 0, 256)), CostOfPut);
        Redis(goals, results, put);
        foreach (var connections in options.Connections)
        {
            goals.AtLeast($"GET of one job, {Format.Connections(connections)} : bare HttpListener", 0.9,
                results.Ratio(Own(Operation.Get, middle, connections), new(TargetKind.Echo, Operation.Get, 0, connections)));
        }
        Growth(goals, options, results);
        ManyConnections(goals, options, results);
        Gate(goals, options, results);
        Before(goals, options, results);
        var checkpoint = Own(Operation.Checkpoint, options.Sizes[^1], CheckpointMeasurement.Connections);
        goals.AtMost($"p99 of PUT while a checkpoint of {Format.Number(options.Sizes[^1])} jobs runs : without", 3,
            results.Ratio(checkpoint with { What = "with" }, checkpoint with { What = "without" }), Format.Ratio);
    }

    private static Cell Own(Operation operation, int size, int connections) => new(TargetKind.Listener, operation, size, connections);

    private static void Redis(GoalList goals, Results results, Cell put)
    {
        foreach (var (connections, limit, reason) in new[] { (1, 1, CostOfCommit), (32, 0.8, CostOfPut) })
        {
            goals.AtLeast($"durable PUT, {Format.Connections(connections)} : Redis SET, appendfsync always", limit,
                results.Ratio(put with { Connections = connections }, new(TargetKind.Redis, Operation.Put, 0, connections)), reason);
        }
    }

    private static void Growth(GoalList goals, BenchOptions options, Results results)
    {
        if (options.Sizes[^1] <= 1000 || !options.Sizes.Contains(1000)) return;
        foreach (var operation in new[] { Operation.Put, Operation.Get, Operation.Post, Operation.Pickup, Operation.Take })
        {
            foreach (var connections in options.Connections)
            {
                var large = Own(operation, options.Sizes[^1], connections);
                var name = $"{Format.Name(operation)}, {Format.Connections(connections)}";
                goals.AtLeast($"{name}: at {Format.Number(large.Jobs)} jobs : at 1,000", 0.9,
                    results.Ratio(large, large with { Jobs = 1000 }),
                    operation is Operation.Put ? CheckpointRuns : Goal.NotInvestigated);
            }
        }
    }

    private static void ManyConnections(GoalList goals, BenchOptions options, Results results)
    {
        var many = BenchOptions.ManyConnections;
        foreach (var kind in new[] { TargetKind.Listener, TargetKind.Gate })
        {
            foreach (var operation in new[] { Operation.Put, Operation.Get })
            {
                var cell = new Cell(kind, operation, options.MiddleSize, many);
                var best = options.Connections.Max(connections => results[cell with { Connections = connections }]);
                var name = $"{Format.Name(operation)}, {Format.Connections(many)}{(kind == TargetKind.Gate ? ", behind the gate" : "")}";
                // Behind the gate the listener has no more than a few hundred requests at once.
                var reason = kind == TargetKind.Gate ? Goal.NotInvestigated : ManyContexts;
                goals.AtLeast($"{name} : best of fewer", 0.8, results[cell] / best, reason);
                goals.AtMost($"{name}: p99", 200, results[cell with { What = "p99" }], Format.Milliseconds, reason, " ms");
            }
        }
    }

    private static void Gate(GoalList goals, BenchOptions options, Results results)
    {
        foreach (var (operation, limit) in new[] { (Operation.Put, 0.65), (Operation.Get, 0.55), (Operation.Pickup, 0.55) })
        {
            foreach (var connections in options.Connections)
            {
                var direct = Own(operation, options.MiddleSize, connections);
                var gate = direct with { Kind = TargetKind.Gate };
                var what = $"{Format.Name(operation)} behind the gate, {Format.Connections(connections)}";
                if (connections > 1) goals.AtLeast($"{what} : without", limit, results.Ratio(gate, direct));
                else goals.AtMost($"{what}: time in addition", 45, 1e6 / results[gate] - 1e6 / results[direct], Microseconds, unit: " µs");
            }
        }
    }

    private static void Before(GoalList goals, BenchOptions options, Results results)
    {
        if (options.Before is null) return;
        foreach (var operation in new[] { Operation.Put, Operation.Get, Operation.Pickup, Operation.Take, Operation.Post })
        {
            foreach (var size in options.Sizes)
            {
                foreach (var connections in options.Connections)
                {
                    var cell = Own(operation, size, connections);
                    var name = $"{Format.Name(operation)} with {Format.Number(size)} jobs, {Format.Connections(connections)}";
                    goals.AtLeast($"{name} : the version before", 0.97,
                        results.Ratio(cell, cell with { Kind = TargetKind.Before }));
                }
            }
        }
    }

    private static string Microseconds(double? time) => time?.ToString("N0", CultureInfo.InvariantCulture) + " µs";
}
