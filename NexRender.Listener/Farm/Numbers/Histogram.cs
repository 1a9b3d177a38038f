namespace NexRender.Listener.Farm.Numbers;

/// <summary>Counts durations in seconds by size.</summary>
internal sealed class Histogram(double[] bounds)
{
    // A reader of metrics keeps a series for each bound.
    private const int BoundsPerReading = 10;

    private readonly long[] _counts = new long[bounds.Length + 1];

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double? Mean => Count == 0 ? null : Sum / Count;

    public void Add(double seconds)
    {
        var at = Array.BinarySearch(bounds, seconds);
        _counts[at < 0 ? ~at : at]++;
        Count++;
        Sum += seconds;
    }

    /// <summary>Adds the counts of a histogram with the same bounds.</summary>
    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        Sum += other.Sum;
    }

    /// <summary>
    /// Returns the duration that a share of all durations does not exceed, as exactly as the bounds allow; <c>null</c> if there are none.
    /// </summary>
    public double? Quantile(double share)
    {
        if (Count == 0) return null;
        var rank = share * Count;
        double below = 0, sum = 0;
        for (var i = 0; i < bounds.Length; i++)
        {
            if (sum + _counts[i] >= rank) return below + ((bounds[i] - below) * (rank - sum) / _counts[i]);
            sum += _counts[i];
            below = bounds[i];
        }
        return below;
    }

    /// <summary>Reads the counts up to each tenth bound.</summary>
    public HistogramReading Read()
    {
        var (readBounds, cumulative) = (new List<double>(), new List<long>());
        long count = 0;
        for (var i = 0; i < bounds.Length; i++)
        {
            count += _counts[i];
            if (i % BoundsPerReading != 0) continue;
            readBounds.Add(bounds[i]);
            cumulative.Add(count);
        }
        return new HistogramReading([.. readBounds], [.. cumulative], Count, Sum);
    }
}
