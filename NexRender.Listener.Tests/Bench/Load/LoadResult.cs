namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>The result of a load: the latency of every response, and the errors.</summary>
internal sealed record LoadResult(LatencyHistogram Latencies, TimeSpan Took, int Errors, string? FirstError)
{
    /// <summary>The number of requests that succeeded, those of the warm-up and the last ones included.</summary>
    public int Succeeded { get; init; }

    /// <summary>False if requests were still pending when the load ended.</summary>
    public bool IsDrained { get; init; } = true;

    public double PerSecond => Latencies.Count / Took.TotalSeconds;

    public double P99 => Latencies.Percentile(0.99);
}
