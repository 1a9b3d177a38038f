using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>
/// The queued jobs: ready ones, delayed ones, and those withheld from the worker that just failed them. Guarded by the store's lock.
/// Every pickup first moves on what has become ready since the last one, so the queue needs no timer and never looks at each job.
/// </summary>
internal sealed class JobQueue(JobOrdering ordering, TimeProvider clock)
{
    private readonly ReadyQueue _ready = new(ordering);
    private readonly Dictionary<string, ReadyQueue> _withheld = new(StringComparer.Ordinal);
    private readonly RecentWorkers _workers = new(clock);

    // The delayed and the withheld jobs, by the time when they move on.
    private readonly SortedSet<JobEntry> _timed = new(Comparer<JobEntry>.Create((a, b) =>
        a.WakesAt.CompareTo(b.WakesAt) is var byTime and not 0 ? byTime : a.Order.CompareTo(b.Order)));

    public void Add(JobEntry entry)
    {
        if (entry.Job.Schedule is null) _ready.Add(entry);
        else Add(entry, entry.Job.Schedule, clock.GetUtcNow());
    }

    public void Remove(JobEntry entry)
    {
        if (entry.WakesAt == 0)
        {
            _ready.Remove(entry);
            return;
        }
        _timed.Remove(entry);
        var schedule = entry.Job.Schedule!;
        var isWithheld = entry.WakesAt == schedule.ExcludedUntil.UtcTicks;
        entry.WakesAt = 0;
        if (!isWithheld || !_withheld.TryGetValue(schedule.FailedBy!, out var jobs)) return;
        jobs.Remove(entry);
        if (jobs.Count == 0) _withheld.Remove(schedule.FailedBy!);
    }

    /// <summary>Returns the next job for a worker, which stays in the queue; <c>null</c> if there is none.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    /// <param name="executor">The worker.</param>
    public JobEntry? Next(string[] tags, string executor)
    {
        _workers.Record(executor);
        WakeUp();
        var next = _ready.Next(tags);
        if (_withheld.Count == 0) return next;
        var considered = _ready.Count;
        foreach (var (failedBy, jobs) in _withheld)
        {
            if (failedBy == executor && !_workers.IsOnlyWorker(JobSchedule.ExclusionPeriod)) continue;
            considered += jobs.Count;
            if (jobs.Next(tags) is { } other && (next is null || _ready.IsBefore(other, next, jobs.Count, considered))) next = other;
        }
        return next;
    }

    private void Add(JobEntry entry, JobSchedule schedule, DateTimeOffset now)
    {
        if (schedule.NotBefore > now)
        {
            entry.WakesAt = schedule.NotBefore.UtcTicks;
            _timed.Add(entry);
        }
        else if (schedule.FailedBy is { } failedBy && schedule.ExcludedUntil > now)
        {
            entry.WakesAt = schedule.ExcludedUntil.UtcTicks;
            _timed.Add(entry);
            if (!_withheld.TryGetValue(failedBy, out var jobs)) _withheld.Add(failedBy, jobs = new ReadyQueue(ordering));
            jobs.Add(entry);
        }
        else
        {
            _ready.Add(entry);
        }
    }

    private void WakeUp()
    {
        if (_timed.Count == 0) return;
        var now = clock.GetUtcNow();
        while (_timed.Min is { } entry && entry.WakesAt <= now.UtcTicks)
        {
            Remove(entry);
            Add(entry, entry.Job.Schedule!, now);
        }
    }
}
