namespace NexRender.Listener.Farm.Numbers;

/// <summary>Counts durations by size from any thread, without a lock and without an allocation.</summary>
internal sealed class DurationHistogram
{
    // In seconds: from the sync of a fast disk to the deadline of a request.
    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly long[] BoundTicks = [.. Bounds.Select(bound => TimeSpan.FromSeconds(bound).Ticks)];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private long _ticks;

    public void Add(TimeSpan duration)
    {
        var at = 0;
        while (at < BoundTicks.Length && duration.Ticks > BoundTicks[at]) at++;
        Interlocked.Increment(ref _counts[at]);
        Interlocked.Add(ref _ticks, duration.Ticks);
    }

    /// <summary>Reads the counts. A duration that is added meanwhile may be missing in some of them.</summary>
    public HistogramReading Read()
    {
        var sum = TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds;
        var cumulative = new long[Bounds.Length];
        long count = 0;
        for (var i = 0; i < cumulative.Length; i++) cumulative[i] = count += Interlocked.Read(ref _counts[i]);
        return new HistogramReading(Bounds, cumulative, count + Interlocked.Read(ref _counts[^1]), sum);
    }
}
