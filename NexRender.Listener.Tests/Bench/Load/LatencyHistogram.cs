using System.Diagnostics;
using System.Numerics;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>Counts latencies in buckets that grow with the value: 32 for each power of two, a resolution of 3 %.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 5;
    private const int SubBuckets = 1 << SubBucketBits;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly long[] _counts = new long[(64 - SubBucketBits) * SubBuckets];

    public long Count { get; private set; }

    public void Add(long ticks)
    {
        _counts[BucketOf((ulong)Math.Max(0, ticks))]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>Returns the latency in milliseconds at or below which the given share of all was; NaN if there were none.</summary>
    public double Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= wanted) return UpperEdgeOf(i) * NanosecondsPerTick / 1e6;
        }
        return double.NaN;
    }

    private static int BucketOf(ulong value)
    {
        if (value < SubBuckets) return (int)value;
        var shift = BitOperations.Log2(value) - SubBucketBits;
        return ((shift + 1) << SubBucketBits) + (int)((value >> shift) - SubBuckets);
    }

    private static double UpperEdgeOf(int bucket)
    {
        if (bucket < SubBuckets) return bucket + 1;
        var shift = (bucket >> SubBucketBits) - 1;
        return (double)((ulong)(SubBuckets + (bucket & (SubBuckets - 1)) + 1) << shift);
    }
}
