using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>Measures requests per second and their latency, of several servers in turn.</summary>
internal sealed class ThroughputMeasurement(BenchOptions options, Results results, CancellationToken stop)
{
    /// <summary>Measures what no server of this kind can exceed: a bare HttpListener that echoes, and a durable SET of Redis.</summary>
    /// <param name="echo">The listener; <c>null</c> for none.</param>
    /// <param name="redis">Redis; <c>null</c> for none.</param>
    /// <param name="size">The number of jobs of the servers that are measured at that time.</param>
    public void Ceilings(Target? echo, Target? redis, int size)
    {
        if (echo is not null)
        {
            foreach (var operation in options.Only.Intersect([Operation.Put, Operation.Get]))
            {
                foreach (var connections in options.ConnectionsOf(operation, size))
                {
                    Measure(echo, operation, 0, connections, Requests.For(operation, echo, 1000));
                }
            }
        }
        if (redis is null || !options.Has(Operation.Put)) return;
        foreach (var connections in options.Connections) Measure(redis, Operation.Put, 0, connections, Requests.RedisSet());
    }

    /// <summary>Measures operations in rounds, in each of them all servers.</summary>
    public void Rounds(IReadOnlyList<Target> targets, int size, IEnumerable<Operation> operations)
    {
        var cells = (from connections in options.Connections.Append(BenchOptions.ManyConnections).Distinct()
                     from operation in operations
                     from target in targets
                     where Connections(target, operation, size).Contains(connections)
                     select (target, operation, connections, Requests: Prepare(target, operation, size, connections))).ToList();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (target, operation, connections, requests) in cells) Measure(target, operation, size, connections, requests);
        }
    }

    /// <summary>Measures one cell once.</summary>
    /// <param name="target">The server.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="size">The number of jobs.</param>
    /// <param name="connections">The number of connections.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="drain">The longest time to wait for the last responses.</param>
    public LoadResult Measure(
        Target target, Operation operation, int size, int connections, LoadRequest[] requests, TimeSpan? drain = null)
    {
        var result = LoadGenerator.Run(target, requests, connections, options.Time, stop, drain);
        // A PUT follows each pickup.
        var perSecond = operation == Operation.Take ? result.PerSecond / 2 : result.PerSecond;
        if (operation == Operation.Post) target.Created += result.Succeeded;
        results.Add(new Cell(target.Kind, operation, size, connections), perSecond);
        results.Add(new Cell(target.Kind, operation, size, connections, "p99"), result.P99);
        if (result.Errors > 0) results.Add(new Cell(target.Kind, operation, size, connections, "errors"), result.Errors);
        var trouble = result.Errors == 0 ? "" : $"  {result.Errors} errors, first: {result.FirstError?.ReplaceLineEndings(" | ")}";
        Console.Error.WriteLine(
            $"{target.Kind,-8} {operation,-6} {size,9:N0} jobs {connections,4} connections "
            + $"{perSecond,9:N0}/s  p99 {result.P99:0.00} ms{trouble}");
        return result;
    }

    /// <summary>Measures the time that the list of all jobs takes.</summary>
    public void List(Target target, int size)
    {
        var request = Requests.For(Operation.List, target, size)[0];
        for (var round = 0; round < options.Rounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            var length = Probe.Send(target, request);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            results.Add(new Cell(target.Kind, Operation.List, size), took);
            Console.Error.WriteLine($"{target.Kind,-8} {Operation.List,-6} {size,9:N0} jobs {length / 1e6:N1} MB in {took:N1} ms");
        }
    }

    /// <summary>Prepares the requests of a cell.</summary>
    public static LoadRequest[] Prepare(Target target, Operation operation, int size, int connections) =>
        operation == Operation.Take ? Requests.Take(target, size, connections) : Requests.For(operation, target, size);

    private IEnumerable<int> Connections(Target target, Operation operation, int size) =>
        target.Kind == TargetKind.Original ? options.Connections : options.ConnectionsOf(operation, size);
}
