using System.Diagnostics;

namespace NexRender.Listener.Tests.Bench;

/// <summary>
/// Measures the memory of idle watchers, and durable PUTs at full load with watchers of all events: how many PUTs are left of those
/// without, which share of the events the watchers receive, and how many were dropped because they could not keep up.
/// </summary>
/// <param name="plain">A server that never had a watcher: after the last one a server keeps events for minutes.</param>
/// <param name="watched">The same server, for the watchers.</param>
/// <param name="size">The number of jobs of both.</param>
/// <param name="results">Receives the figures.</param>
/// <param name="stop">Ends the measurement.</param>
internal sealed class WatchMeasurement(Target plain, Target watched, int size, Results results, CancellationToken stop)
{
    public const int Connections = 32;
    public const int Idle = 2000;
    public static readonly int[] Watchers = [0, 100, 200, 2000];

    // The server asks for it.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    public void Run(int rounds, TimeSpan time)
    {
        MeasureIdle();
        var eventLength = MeasureEvent();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var count in Watchers) Measure(count, eventLength, time);
        }
    }

    private OpenRequests Watch(int count)
    {
        var request = Requests.Http(watched, "GET", "/api/v1/events");
        var watchers = new OpenRequests(watched.Port, _ => request, Retry);
        watchers.Open(count);
        var began = Stopwatch.GetTimestamp();
        while (watchers.Begun < count && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1)) stop.WaitHandle.WaitOne(5);
        stop.WaitHandle.WaitOne(Settling);
        stop.ThrowIfCancellationRequested();
        return watchers;
    }

    private void MeasureIdle()
    {
        Watch(1).Dispose();
        var before = watched.ResidentMegabytes;
        using var watchers = Watch(Idle);
        Add("idle", Idle, (watched.ResidentMegabytes - before) * 1e3 / Idle);
    }

    // One PUT at a time, so that no events share a piece.
    private double MeasureEvent()
    {
        const int Puts = 20;
        var request = Requests.For(Operation.Put, watched, size)[0];
        using var watchers = Watch(1);
        var before = watchers.Received;
        for (var number = 0; number < Puts; number++)
        {
            request.Count(number);
            Probe.Send(watched, request);
        }
        stop.WaitHandle.WaitOne(Settling);
        return (double)(watchers.Received - before) / Puts;
    }

    private void Measure(int count, double eventLength, TimeSpan time)
    {
        var target = count == 0 ? plain : watched;
        using var watchers = count == 0 ? null : Watch(count);
        using var load = new LoadGenerator(target.Port, target.Format, Requests.For(Operation.Put, target, size), Connections);
        load.Start();
        stop.WaitHandle.WaitOne(time / 3);
        var (received, dropped) = (watchers?.Received, watchers?.Closed);
        load.Phase = LoadPhase.Measured;
        var began = Stopwatch.GetTimestamp();
        stop.WaitHandle.WaitOne(time);
        load.Phase = LoadPhase.WarmUp;
        var took = Stopwatch.GetElapsedTime(began);
        (received, dropped) = (watchers?.Received - received, watchers?.Closed - dropped);
        load.Stop();
        stop.ThrowIfCancellationRequested();
        var result = load.Result(LoadPhase.Measured, took);
        if (result.Errors > 0) throw new InvalidOperationException($"a PUT with {count} watchers failed: {result.FirstError}");
        Add("rate", count, result.PerSecond);
        if (watchers is null) return;
        Add("megabytes", count, received!.Value / 1e6 / took.TotalSeconds);
        Add("share", count, received.Value / (eventLength * result.Latencies.Count * count));
        Add("dropped", count, dropped!.Value);
    }

    private void Add(string what, int count, double value)
    {
        results.Add(new Cell(watched.Kind, Operation.Watch, size, count, what), value);
        Console.Error.WriteLine($"{watched.Kind,-8} {Operation.Watch,-6} {size,9:N0} jobs {count,4} watchers {what} {value:N2}");
    }
}
