using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>The place of a queued job in the order in which jobs are handed out; the least one is the next.</summary>
internal readonly record struct QueueKey(double Rank, long Order) : IComparable<QueueKey>
{
    /// <summary>Returns the function that makes the keys of an ordering; any, if the ordering is random.</summary>
    public static Func<JobEntry, QueueKey> Of(JobOrdering ordering) => ordering switch
    {
        JobOrdering.NewestFirst => static entry => new QueueKey(0, -entry.Order),
        JobOrdering.Priority => static entry => new QueueKey(-entry.Job.Priority, entry.Order),
        _ => static entry => new QueueKey(0, entry.Order),
    };

    public int CompareTo(QueueKey other) => Rank.CompareTo(other.Rank) is var byRank and not 0 ? byRank : Order.CompareTo(other.Order);
}
