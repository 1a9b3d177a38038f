using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>
/// Compares the latency of PUTs during a checkpoint of the whole database with that before it. The files show when a checkpoint runs:
/// its temporary file appears beside the database, and replaces it in the end.
/// </summary>
internal sealed class CheckpointMeasurement(Target target, string database, int size, Results results, CancellationToken stop)
{
    public const int Connections = 32;
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);
    private readonly string _temporary = database + ".tmp";

    public void Run()
    {
        using var load = new LoadGenerator(target.Port, target.Format, Requests.For(Operation.Put, target, size), Connections);
        // A checkpoint that the measurements before have caused must end first.
        while (File.Exists(_temporary) && !stop.IsCancellationRequested) stop.WaitHandle.WaitOne(50);
        var swapped = File.GetLastWriteTimeUtc(database);
        var began = Stopwatch.GetTimestamp();
        var within = TimeSpan.Zero;
        load.Start();
        while (File.GetLastWriteTimeUtc(database) == swapped && Stopwatch.GetElapsedTime(began) < AtMost && !stop.IsCancellationRequested)
        {
            load.Phase = File.Exists(_temporary) ? LoadPhase.Checkpoint : LoadPhase.Measured;
            var slice = Stopwatch.GetTimestamp();
            stop.WaitHandle.WaitOne(5);
            if (load.Phase == LoadPhase.Checkpoint) within += Stopwatch.GetElapsedTime(slice);
        }
        load.Phase = LoadPhase.WarmUp;
        var took = Stopwatch.GetElapsedTime(began);
        load.Stop();
        stop.ThrowIfCancellationRequested();
        Report(load.Result(LoadPhase.Measured, took - within), load.Result(LoadPhase.Checkpoint, within));
    }

    private void Report(LoadResult without, LoadResult with)
    {
        if (with.Latencies.Count == 0)
        {
            Console.Error.WriteLine("No checkpoint was seen under load.");
            return;
        }
        foreach (var (what, result) in new[] { ("without", without), ("with", with) })
        {
            results.Add(new Cell(target.Kind, Operation.Checkpoint, size, Connections, what), result.P99);
            results.Add(new Cell(target.Kind, Operation.Checkpoint, size, Connections, what + " rate"), result.PerSecond);
            Console.Error.WriteLine($"{target.Kind,-8} Put    {size,9:N0} jobs {what} a checkpoint, {result.Took.TotalSeconds:N1} s: "
                + $"{result.PerSecond:N0}/s  p99 {result.P99:0.00} ms");
        }
    }
}
