namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The jobs that a worker must report about in time, by the moment when the time is over. The clock is one that nobody can set.</summary>
internal sealed class Deadlines(TimeProvider clock)
{
    private readonly SortedSet<Job> _jobs = new(Comparer<Job>.Create((a, b) =>
        a.Deadline.CompareTo(b.Deadline) is var byDeadline and not 0 ? byDeadline : a.Order.CompareTo(b.Order)));

    /// <summary>Gives a job so much time from now; zero for any time.</summary>
    public void Set(Job job, TimeSpan time)
    {
        job.Deadline = 0;
        if (time <= TimeSpan.Zero) return;
        job.Deadline = clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);
        _jobs.Add(job);
    }

    public void Remove(Job job)
    {
        if (job.Deadline != 0) _jobs.Remove(job);
    }

    /// <summary>Jobs whose time is over, at most so many; they stay until they are changed.</summary>
    public List<Job> Overdue(int limit)
    {
        var now = clock.GetTimestamp();
        var overdue = new List<Job>();
        foreach (var job in _jobs)
        {
            if (job.Deadline > now || overdue.Count == limit) break;
            overdue.Add(job);
        }
        return overdue;
    }
}
