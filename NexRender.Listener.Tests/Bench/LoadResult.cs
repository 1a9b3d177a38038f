namespace NexRender.Listener.Tests.Bench;

/// <summary>The result of a load: the latency of every response, and the errors.</summary>
internal sealed record LoadResult(LatencyHistogram Latencies, TimeSpan Took, int Errors, string? FirstError)
{
    public double PerSecond => Latencies.Count / Took.TotalSeconds;

    public double P99 => Latencies.Percentile(0.99);
}
