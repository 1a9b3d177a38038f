using System.Diagnostics;
using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Tests.Bench;

/// <summary>
/// How long a PUT waits while a checkpoint of the whole database is written, against the time without. From outside a checkpoint
/// is seen by its files: the next one appears beside the database, and at last the database is another one.
/// </summary>
internal sealed class CheckpointMeasurement(Target target, string database, int size, Results results, CancellationToken stop)
{
    public const int Connections = 32;
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);
    private readonly string _temporary = database + ".tmp";

    public void Run()
    {
        using var load = new LoadGenerator(target.Port, target.Format, Requests.For(Operation.Put, target, size), Connections);
        // What the measurements before have set off must end first.
        while (File.Exists(_temporary) && !stop.IsCancellationRequested)
            stop.WaitHandle.WaitOne(50);
        var swapped = File.GetLastWriteTimeUtc(database);
        var began = Stopwatch.GetTimestamp();
        var within = TimeSpan.Zero;
        load.Start();
        while (File.GetLastWriteTimeUtc(database) == swapped && Stopwatch.GetElapsedTime(began) < AtMost && !stop.IsCancellationRequested)
        {
            load.Phase = File.Exists(_temporary) ? LoadPhase.Checkpoint : LoadPhase.Measured;
            var slice = Stopwatch.GetTimestamp();
            stop.WaitHandle.WaitOne(5);
            if (load.Phase == LoadPhase.Checkpoint)
                within += Stopwatch.GetElapsedTime(slice);
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
