using System.Diagnostics;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>
/// Measures the memory of idle watchers, and durable PUTs at full load with watchers of all events, plain or compressed: how many PUTs are
/// left of those without, which share of the events the watchers receive, and how many were dropped because they could not keep up.
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
    private const int AtOnce = 20;

    /// <summary>The numbers of watchers, and true if they accept gzip.</summary>
    public static readonly (int Count, bool IsCompressed)[] Watchers =
        [(0, false), (100, false), (200, false), (2000, false), (200, true), (2000, true)];

    // The server asks for it.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    public void Run(int rounds, TimeSpan time)
    {
        MeasureIdle();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (count, isCompressed) in Watchers) Measure(count, isCompressed, time);
        }
    }

    /// <summary>The name of a figure of plain or compressed watchers.</summary>
    public static string Name(string what, bool isCompressed) => isCompressed ? what + ", gzip" : what;

    private LoadRequest Request(bool isCompressed) =>
        Requests.Http(watched, "GET", "/api/v1/events", headers: isCompressed ? "Accept-Encoding: gzip\r\n" : "");

    private OpenRequests Watch(int count, bool isCompressed = false)
    {
        var request = Request(isCompressed);
        var watchers = new OpenRequests(watched.Port, _ => request, Retry);
        var began = Stopwatch.GetTimestamp();
        // Not all at once: the memory of idle watchers is not that of a burst.
        for (var open = 0; open < count; open += AtOnce)
        {
            watchers.Open(Math.Min(AtOnce, count - open));
            while (watchers.Begun < watchers.Count && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1)) stop.WaitHandle.WaitOne(1);
        }
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

    private void Measure(int count, bool isCompressed, TimeSpan time)
    {
        var target = count == 0 ? plain : watched;
        using var watchers = count == 0 ? null : Watch(count, isCompressed);
        using var sample = count == 0 ? null : new SampleWatcher(watched.Port, Request(isCompressed));
        if (sample is not null) stop.WaitHandle.WaitOne(Settling);
        var before = watchers?.Received ?? 0;
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
        Add(Name("rate", isCompressed), count, result.PerSecond);
        if (watchers is null) return;
        Add(Name("megabytes", isCompressed), count, received!.Value / 1e6 / took.TotalSeconds);
        Add(Name("dropped", isCompressed), count, dropped!.Value);
        var all = result.Latencies.Count + load.Result(LoadPhase.WarmUp, took).Latencies.Count;
        Add(Name("share", isCompressed), count, Share(watchers, before, sample!, all));
    }

    // The bytes of all watchers in units of those of the sample, whose events are counted.
    private double Share(OpenRequests watchers, long before, SampleWatcher sample, long puts)
    {
        for (var last = -1L; last != watchers.Received; stop.WaitHandle.WaitOne(Settling)) last = watchers.Received;
        var (bytes, events) = sample.End();
        return (double)(watchers.Received - before) / watchers.Count / bytes * events / puts;
    }

    private void Add(string what, int count, double value)
    {
        results.Add(new Cell(watched.Kind, Operation.Watch, size, count, what), value);
        Console.Error.WriteLine($"{watched.Kind,-8} {Operation.Watch,-6} {size,9:N0} jobs {count,4} watchers {what} {value:N2}");
    }
}
