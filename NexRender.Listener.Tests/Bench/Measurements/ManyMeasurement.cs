using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Measurements;

/// <summary>
/// Measures requests about many jobs: an array of new ones, the cancellation and the removal of many, and the list of all, plain and
/// compressed. While many are changed, another client sends requests about one job, of which the slowest counts.
/// </summary>
internal sealed class ManyMeasurement(Target target, int size, Results results, CancellationToken stop) : IDisposable
{
    public const int ArrayLength = 1000;
    public const int BulkLength = 10_000;

    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{target.Port}/api/v1/") };

    public void Run(int rounds) => RunAsync(rounds).GetAwaiter().GetResult();

    public void Dispose() => _client.Dispose();

    private async Task RunAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var tag = $"bulk{round}";
            for (var first = 0; first < BulkLength; first += ArrayLength)
                Add("array", (await TimeAsync("POST", "jobs", Jobs(tag, first))).Time);
            Add("slowest", await SlowestDuringAsync(async () =>
            {
                Add("cancel", (await TimeAsync("PATCH", $"jobs/cancel?tags={tag}")).Time);
                Add("remove", (await TimeAsync("DELETE", $"jobs?tags={tag}")).Time);
            }));
            foreach (var (what, coding) in new[] { ("plain", "identity"), ("compressed", "gzip") })
            {
                var (time, length) = await TimeAsync("GET", "jobs", coding: coding);
                Add(what, time);
                Add(what + " size", length / 1e6);
            }
        }
    }

    private static string Jobs(string tag, int first)
    {
        var text = new StringBuilder("[");
        for (var number = first; number < first + ArrayLength; number++)
        {
            text.Append(number == first ? "" : ",").Append(SampleJobs.Posted(number).Replace("farm,cpu", tag, StringComparison.Ordinal));
        }
        return text.Append(']').ToString();
    }

    private async Task<double> SlowestDuringAsync(Func<Task> action)
    {
        var slowest = 0.0;
        var running = action();
        for (var number = 0; !running.IsCompleted; number++)
        {
            var path = "jobs/" + SampleJobs.Uid(number % size);
            var (time, _) = number % 2 == 0 ? await TimeAsync("GET", path) : await TimeAsync("PUT", path, "{\"note\":" + number + "}");
            slowest = Math.Max(slowest, time);
        }
        await running;
        return slowest;
    }

    private async Task<(double Time, long Length)> TimeAsync(string method, string path, string? body = null, string coding = "identity")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(coding));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var began = Stopwatch.GetTimestamp();
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode}");
        var length = 0L;
        var buffer = new byte[64 << 10];
        await using var content = await response.Content.ReadAsStreamAsync(stop);
        while (await content.ReadAsync(buffer, stop) is > 0 and var count) length += count;
        return (Stopwatch.GetElapsedTime(began).TotalMilliseconds, length);
    }

    private void Add(string what, double value)
    {
        results.Add(new Cell(target.Kind, Operation.Many, size, What: what), value);
        Console.Error.WriteLine($"{target.Kind,-8} {Operation.Many,-6} {size,9:N0} jobs {what} {value:N1}");
    }
}
