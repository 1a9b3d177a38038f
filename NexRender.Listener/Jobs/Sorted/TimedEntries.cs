using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Sorted;

/// <summary>
/// Some of the jobs in the order of a time of theirs; of the same time, in their order of creation. Guarded by the store's lock.
/// </summary>
/// <param name="timeOf">Returns the time of a job, in ticks of any clock.</param>
internal sealed class TimedEntries(Func<JobEntry, long> timeOf)
    : SortedBlocks<JobEntry, TimedEntries.Key>(entry => new Key(timeOf(entry), entry.Order))
{
    /// <summary>The time and the place in the order of creation.</summary>
    internal readonly record struct Key(long Time, long Order) : IComparable<Key>
    {
        public int CompareTo(Key other) => Time.CompareTo(other.Time) is var byTime and not 0 ? byTime : Order.CompareTo(other.Order);
    }
}
