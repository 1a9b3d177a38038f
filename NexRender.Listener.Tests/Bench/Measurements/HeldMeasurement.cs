using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>
/// Measures POSTs while many pickups of other tags are held, the time from a POST to the answer of the held pickup that it is for, and the
/// memory of a held pickup. Each is a worker with a name of its own.
/// </summary>
/// <param name="target">The server, which was just started: an answered pickup is not sent again.</param>
/// <param name="count">The number of held pickups.</param>
/// <param name="size">The number of jobs.</param>
/// <param name="results">Receives the figures.</param>
/// <param name="stop">Ends the measurement.</param>
internal sealed class HeldMeasurement(Target target, int count, int size, Results results, CancellationToken stop) : IDisposable
{
    public const int Connections = 32;
    public const int Many = 10_000;

    /// <summary>The measured numbers of held pickups.</summary>
    public static readonly int[] Counts = [1, Many];

    private const int Deliveries = 500;
    private const string Tag = "held";

    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{target.Port}/api/v1/") };
    private readonly BlockingCollection<long> _answers = [];

    public void Run(TimeSpan time)
    {
        using var held = new OpenRequests(target.Port, Pickup, answered: at => _answers.Add(at, stop));
        Hold(held, 1);
        var before = target.ResidentMegabytes;
        if (count > 1)
        {
            Hold(held, count - 1);
            Add("memory", (target.ResidentMegabytes - before) * 1e3 / (count - 1));
        }
        var result = LoadGenerator.Run(target, Requests.For(Operation.Post, target, size), Connections, time, stop);
        if (result.Errors > 0) throw new InvalidOperationException($"a POST with {count} held pickups failed: {result.FirstError}");
        Add("rate", result.PerSecond);
        Deliver(held);
    }

    public void Dispose()
    {
        _client.Dispose();
        _answers.Dispose();
    }

    private LoadRequest Pickup(int number) =>
        Requests.Http(target, "GET", $"/api/v1/jobs/pickup/{Tag}?wait=45", headers: $"nexrender-name: worker-{Guid.NewGuid():N}\r\n");

    private void Hold(OpenRequests held, int more)
    {
        var wanted = HeldNow() + more;
        held.Open(more);
        var began = Stopwatch.GetTimestamp();
        while (HeldNow() < wanted)
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(30)) throw new TimeoutException("not all pickups were held");
            stop.WaitHandle.WaitOne(2);
            stop.ThrowIfCancellationRequested();
        }
    }

    private int HeldNow()
    {
        using var stats = System.Text.Json.JsonDocument.Parse(_client.GetStringAsync("stats", stop).GetAwaiter().GetResult());
        return stats.RootElement.GetProperty("heldPickups").GetInt32();
    }

    // One after the other: with one held pickup only, it is sent again after each.
    private void Deliver(OpenRequests held)
    {
        var times = new LatencyHistogram();
        for (var number = 0; number < Deliveries; number++)
        {
            if (number > 0 && count == 1) Hold(held, 1);
            var body = SampleJobs.Posted(number).Replace("farm,cpu", Tag, StringComparison.Ordinal);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var began = Stopwatch.GetTimestamp();
            var posted = _client.PostAsync("jobs", content, stop);
            times.Add(_answers.Take(stop) - began);
            posted.GetAwaiter().GetResult().Dispose();
        }
        Add("median", times.Percentile(0.5));
        Add("p99", times.Percentile(0.99));
    }

    private void Add(string what, double value)
    {
        results.Add(new Cell(target.Kind, Operation.Held, size, count, what), value);
        Console.Error.WriteLine($"{target.Kind,-8} {Operation.Held,-6} {size,9:N0} jobs {count,6:N0} held {what} {value:N2}");
    }
}
