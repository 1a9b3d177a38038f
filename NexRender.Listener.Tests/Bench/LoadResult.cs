namespace NexRender.Listener.Tests.Bench;

/// <summary>What a load brought: how long every answer took, and what went wrong.</summary>
internal sealed record LoadResult(LatencyHistogram Latencies, TimeSpan Took, int Errors, string? FirstError)
{
    public double PerSecond => Latencies.Count / Took.TotalSeconds;

    public double P99 => Latencies.Percentile(0.99);
}
