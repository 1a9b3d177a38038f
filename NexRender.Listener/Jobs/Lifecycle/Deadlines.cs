using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The jobs whose workers must report in time, ordered by deadline, on the monotonic clock. Guarded by the store's lock.</summary>
internal sealed class Deadlines(TimeProvider clock)
{
    private readonly SortedSet<JobEntry> _entries = new(Comparer<JobEntry>.Create((a, b) =>
        a.Deadline.CompareTo(b.Deadline) is var byDeadline and not 0 ? byDeadline : a.Order.CompareTo(b.Order)));

    /// <summary>Starts the time limit of a job now; zero for no limit.</summary>
    public void Set(JobEntry entry, TimeSpan limit)
    {
        entry.Deadline = 0;
        if (limit <= TimeSpan.Zero) return;
        entry.Deadline = clock.GetTimestamp() + (long)(limit.TotalSeconds * clock.TimestampFrequency);
        _entries.Add(entry);
    }

    public void Remove(JobEntry entry)
    {
        if (entry.Deadline != 0) _entries.Remove(entry);
    }

    /// <summary>Returns jobs whose deadline has passed, at most so many; they stay until they are changed.</summary>
    public List<OverdueJob> Overdue(int limit)
    {
        var now = clock.GetTimestamp();
        var overdue = new List<OverdueJob>();
        foreach (var entry in _entries)
        {
            if (entry.Deadline > now || overdue.Count == limit) break;
            overdue.Add(new OverdueJob(entry, entry.Job));
        }
        return overdue;
    }
}
