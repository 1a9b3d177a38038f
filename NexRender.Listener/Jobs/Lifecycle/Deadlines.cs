using NexRender.Listener.Jobs.Sorted;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The held jobs whose workers must report in time, by deadline, on the monotonic clock. Guarded by the store's lock.</summary>
internal sealed class Deadlines(TimeProvider clock)
{
    private readonly TimedEntries _entries = new(static entry => entry.Holding!.Deadline);

    /// <summary>Starts the time limit of a job now; zero for no limit.</summary>
    public void Set(JobEntry entry, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero) return;
        entry.Holding!.Deadline = clock.GetTimestamp() + (long)(limit.TotalSeconds * clock.TimestampFrequency);
        _entries.Add(entry);
    }

    public void Remove(JobEntry entry)
    {
        if (entry.Holding is not { Deadline: not 0 } holding) return;
        _entries.Remove(entry);
        holding.Deadline = 0;
    }

    /// <summary>Copies the jobs that have a deadline.</summary>
    public JobEntry[] ToArray() => [.. _entries.Items];

    /// <summary>Returns jobs whose deadline has passed, at most so many; they stay until they are changed.</summary>
    public List<OverdueJob> Overdue(int limit)
    {
        var now = clock.GetTimestamp();
        var overdue = new List<OverdueJob>();
        foreach (var entry in _entries.Items)
        {
            if (entry.Holding!.Deadline > now || overdue.Count == limit) break;
            overdue.Add(new OverdueJob(entry, entry.Job));
        }
        return overdue;
    }
}
