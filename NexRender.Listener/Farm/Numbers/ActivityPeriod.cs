namespace NexRender.Listener.Farm.Numbers;

/// <summary>The changes of jobs within a minute or an hour, counted.</summary>
internal sealed class ActivityPeriod
{
    // Each bound is a fifth above the one before, from 10 ms to ten days: a quantile is exact to a fifth.
    private static readonly double[] Bounds = [.. Enumerable.Range(0, 100).Select(i => 0.01 * Math.Pow(1.2, i))];

    /// <summary>The number of the period since the year 1.</summary>
    public long Number { get; init; }

    public int Created { get; set; }

    public int Finished { get; set; }

    public int Failed { get; set; }

    public int Requeued { get; set; }

    public int Expired { get; set; }

    /// <summary>The times from the queue to the pickup.</summary>
    public Histogram Waits { get; } = new(Bounds);

    public Histogram Renders { get; } = new(Bounds);

    public void Add(ActivityPeriod other)
    {
        Created += other.Created;
        Finished += other.Finished;
        Failed += other.Failed;
        Requeued += other.Requeued;
        Expired += other.Expired;
        Waits.Add(other.Waits);
        Renders.Add(other.Renders);
    }
}
