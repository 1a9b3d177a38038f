namespace NexRender.Listener.Jobs.Queue;

/// <summary>
/// The queued jobs: those that are ready, those whose time has not come, and those that the worker that failed them leaves to the others.
/// Whoever asks for a job finds at once what has become ready since, so no timer is needed, and no look at each job.
/// </summary>
internal sealed class JobQueue(JobOrdering ordering, TimeProvider clock)
{
    private readonly ReadyQueue _ready = new(ordering);
    private readonly Dictionary<string, ReadyQueue> _left = new(StringComparer.Ordinal);
    private readonly RecentWorkers _askers = new(clock);

    // Those that are not ready, by the time when they move on.
    private readonly SortedSet<Job> _timed = new(Comparer<Job>.Create((a, b) =>
        a.Schedule!.WakesAt.CompareTo(b.Schedule!.WakesAt) is var byTime and not 0 ? byTime : a.Order.CompareTo(b.Order)));

    public void Add(Job job) => Add(job, clock.GetUtcNow());

    public void Remove(Job job)
    {
        if (job.Schedule is not { } schedule || schedule.WakesAt == default)
        {
            _ready.Remove(job);
            return;
        }
        _timed.Remove(job);
        var isLeft = schedule.WakesAt == schedule.LeftUntil;
        schedule.WakesAt = default;
        if (!isLeft || !_left.TryGetValue(schedule.FailedBy!, out var left)) return;
        left.Remove(job);
        if (left.Count == 0) _left.Remove(schedule.FailedBy!);
    }

    /// <summary>The next job for a worker, which stays in the queue; of those that have one of the tags, where tags are given.</summary>
    public Job? Next(string[] tags, string executor)
    {
        _askers.Note(executor);
        WakeUp(clock.GetUtcNow());
        var next = _ready.Next(tags);
        if (_left.Count == 0) return next;
        var considered = _ready.Count;
        foreach (var (failedBy, jobs) in _left)
        {
            if (failedBy == executor && !_askers.LastIsAlone(JobSchedule.LeftToOthers)) continue;
            considered += jobs.Count;
            if (jobs.Next(tags) is { } other && (next is null || _ready.IsBefore(other, next, jobs.Count, considered))) next = other;
        }
        return next;
    }

    private void Add(Job job, DateTimeOffset now)
    {
        var schedule = job.Schedule;
        if (schedule is not null && schedule.NotBefore > now)
        {
            schedule.WakesAt = schedule.NotBefore;
            _timed.Add(job);
        }
        else if (schedule is { FailedBy: { } failedBy } && schedule.LeftUntil > now)
        {
            schedule.WakesAt = schedule.LeftUntil;
            _timed.Add(job);
            if (!_left.TryGetValue(failedBy, out var left)) _left.Add(failedBy, left = new ReadyQueue(ordering));
            left.Add(job);
        }
        else
        {
            if (schedule is not null) schedule.WakesAt = default;
            _ready.Add(job);
        }
    }

    private void WakeUp(DateTimeOffset now)
    {
        while (_timed.Min is { } job && job.Schedule!.WakesAt <= now)
        {
            Remove(job);
            Add(job, now);
        }
    }
}
