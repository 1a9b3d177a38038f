using NexRender.Listener.Jobs.Pickups;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>
/// The queued jobs: ready ones, delayed ones, and those withheld from the worker that just failed them. Guarded by the store's lock.
/// Every pickup first moves on what has become ready since the last one, so the queue needs no timer and never looks at each job.
/// </summary>
internal sealed class JobQueue(JobOrdering ordering, TimeSpan longestRetryDelay, TimeProvider clock)
{
    private readonly ReadyQueue _ready = new(ordering);
    private readonly RecentWorkers _workers = new(clock);

    // A person's time is on the wall clock, the server's own delays are on the monotonic one: setting a clock changes no delay.
    private readonly DelayedJobs _notBefore = new();
    private readonly DelayedJobs _retries = new();
    private readonly DelayedJobs _excluded = new();

    // The jobs in the last set, by the worker that they are withheld from and by their tags.
    private readonly Dictionary<(string FailedBy, string Tags), ReadyQueue> _withheld = [];

    /// <summary>The pickups that are held until a job fits. Each job that becomes ready is offered to them.</summary>
    public WaitingPickups Waiting { get; } = new();

    public void Add(JobEntry entry)
    {
        if (entry.Job.Schedule is { } schedule) Add(entry, schedule);
        else _ready.Add(entry);
        Offer(entry);
    }

    public void Remove(JobEntry entry)
    {
        switch (entry.Delay?.Kind)
        {
            case DelayKind.NotBefore:
                _notBefore.Remove(entry);
                break;
            case DelayKind.Retry:
                _retries.Remove(entry);
                break;
            case DelayKind.Exclusion:
                _excluded.Remove(entry);
                Release(entry);
                break;
            default:
                _ready.Remove(entry);
                break;
        }
        if (entry.Delay is { } delay) delay.Kind = DelayKind.None;
    }

    /// <summary>Returns the next job for a worker, which stays in the queue; <c>null</c> if there is none.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    /// <param name="executor">The worker.</param>
    public JobEntry? Next(string[] tags, string executor)
    {
        _workers.Record(tags, executor);
        WakeUp();
        var next = _ready.Next(tags);
        if (_withheld.Count == 0) return next;
        var considered = _ready.Count;
        foreach (var ((failedBy, jobTags), jobs) in _withheld)
        {
            var isExcluded = failedBy == executor
                && !_workers.IsOnlyWorker(executor, TagList.Parse(jobTags), JobSchedule.ExclusionPeriod);
            if (isExcluded) continue;
            considered += jobs.Count;
            if (jobs.Next(tags) is { } other && (next is null || _ready.IsBefore(other, next, jobs.Count, considered))) next = other;
        }
        return next;
    }

    /// <summary>Returns the time until the first delayed job is ready; <c>null</c> if none is delayed.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    public TimeSpan? NextReadyIn(string[] tags)
    {
        TimeSpan? first = null;
        if (_retries.First(tags) is { } retry) first = UntilRetry(retry);
        if (_notBefore.First(tags) is not { } dated) return first;
        var untilDate = TimeSpan.FromTicks(dated.Delay!.WakesAt - clock.GetUtcNow().UtcTicks);
        if (UntilRetry(dated) > untilDate) untilDate = UntilRetry(dated);
        return first < untilDate ? first : untilDate;
    }

    /// <summary>Offers a job to the held pickups, if it is ready.</summary>
    private void Offer(JobEntry entry)
    {
        if (Waiting.Count > 0 && IsReady(entry)) TryOffer(entry);
    }

    /// <summary>Offers a job again whose pickup has taken another one, or none.</summary>
    /// <param name="offered">The job, which may be gone.</param>
    /// <param name="taken">The job that was taken; <c>null</c> for none.</param>
    public void PassOn(JobEntry offered, JobEntry? taken)
    {
        if (offered == taken || !IsReady(offered)) return;
        if (taken is null || !Waiting.TryExchange(taken, offered, Excluded(offered))) TryOffer(offered);
    }

    /// <summary>Offers every ready job to the held pickups, until none of them fits any more.</summary>
    public void OfferAll()
    {
        WakeUp();
        if (_ready.Count == 0 && _withheld.Count == 0) return;
        var offered = new HashSet<JobEntry>();
        foreach (var tag in Waiting.Tags.ToArray())
        {
            OfferAll(tag == WaitingPickups.Any ? _ready.Entries : _ready.Tagged(tag), offered);
        }
        // Of those that share worker and tags, one that nobody may take speaks for all.
        foreach (var jobs in _withheld.Values) OfferAll(jobs.Entries, offered);
    }

    /// <summary>Returns the number of jobs that are not ready.</summary>
    public int CountDelayed()
    {
        WakeUp();
        return _notBefore.Count + _retries.Count;
    }

    /// <summary>Returns the jobs that pickups would find now; costs a look-up for each tag.</summary>
    public QueuePreview Preview()
    {
        WakeUp();
        return new QueuePreview(_ready.Peek(), _ready.NextByTag());
    }

    private void Add(JobEntry entry, JobSchedule schedule)
    {
        var (wallNow, now) = (clock.GetUtcNow(), clock.GetTimestamp());
        var delay = entry.Delay = DelayOf(entry, schedule, wallNow, now);
        if (schedule.NotBefore > wallNow)
        {
            (delay.Kind, delay.WakesAt) = (DelayKind.NotBefore, schedule.NotBefore.UtcTicks);
            _notBefore.Add(entry);
        }
        else if (delay.RetryDue > now)
        {
            (delay.Kind, delay.WakesAt) = (DelayKind.Retry, delay.RetryDue.Value);
            _retries.Add(entry);
        }
        else if (delay.FailedBy is { } failedBy && ExcludedUntil(delay, schedule, wallNow, now) is var until && until > now)
        {
            (delay.Kind, delay.WakesAt) = (DelayKind.Exclusion, until);
            _excluded.Add(entry);
            var key = (failedBy, entry.Job.Tags);
            if (!_withheld.TryGetValue(key, out var jobs)) _withheld.Add(key, jobs = new ReadyQueue(ordering));
            jobs.Add(entry);
        }
        else
        {
            _ready.Add(entry);
        }
    }

    private Delay DelayOf(JobEntry entry, JobSchedule schedule, DateTimeOffset wallNow, long now)
    {
        // Of another version of the same wait, the times are kept: they do not depend on the wall clock.
        if (entry.Delay is { } known && known.RetryAt == schedule.RetryAt && known.FailedBy == schedule.FailedBy) return known;
        var delay = new Delay(schedule.RetryAt, schedule.FailedBy);
        // After a restart the wall clock is all there is; wrong, it must not lengthen the delay beyond measure.
        if (schedule.RetryAt is { } retryAt) delay.RetryDue = now + ToTimestamp(retryAt - wallNow, longestRetryDelay);
        return delay;
    }

    // It counts from the moment at which the job could be handed out, or, without a retry of the server's, at which it was queued again.
    private long ExcludedUntil(Delay delay, JobSchedule schedule, DateTimeOffset wallNow, long now)
    {
        if (delay.ExcludedUntil is { } known) return known;
        var since = delay.RetryDue ?? now + ToTimestamp(schedule.ChangedAt - wallNow, TimeSpan.Zero);
        if (schedule.NotBefore != default) since = Math.Max(since, now + ToTimestamp(schedule.NotBefore - wallNow, TimeSpan.Zero));
        delay.ExcludedUntil = since + ToTimestamp(JobSchedule.ExclusionPeriod, JobSchedule.ExclusionPeriod);
        return delay.ExcludedUntil.Value;
    }

    private static bool IsReady(JobEntry entry) => entry is { IsListed: true, IsDetached: false, Job.State: JobState.Queued }
        && entry.Delay?.Kind is null or DelayKind.None or DelayKind.Exclusion;

    private void OfferAll(IEnumerable<JobEntry> jobs, HashSet<JobEntry> offered)
    {
        foreach (var job in jobs)
        {
            if (offered.Add(job) && !Waiting.IsOffered(job) && !TryOffer(job)) return;
        }
    }

    private bool TryOffer(JobEntry entry) => Waiting.Offer(entry, Excluded(entry));

    // The worker that the job is withheld from; null for none.
    private string? Excluded(JobEntry entry) => entry.Delay is { Kind: DelayKind.Exclusion, FailedBy: { } failedBy }
        && !_workers.IsOnlyWorker(failedBy, TagList.Parse(entry.Job.Tags), JobSchedule.ExclusionPeriod) ? failedBy : null;

    private void WakeUp()
    {
        while (_notBefore.First([]) is { } dated && dated.Delay!.WakesAt <= clock.GetUtcNow().UtcTicks) MoveOn(dated);
        while (_retries.First([]) is { } retry && retry.Delay!.WakesAt <= clock.GetTimestamp()) MoveOn(retry);
        while (_excluded.First([]) is { } excluded && excluded.Delay!.WakesAt <= clock.GetTimestamp()) MoveOn(excluded);
    }

    private void MoveOn(JobEntry entry)
    {
        Remove(entry);
        Add(entry);
    }

    private void Release(JobEntry entry)
    {
        var key = (entry.Delay!.FailedBy!, entry.Job.Tags);
        var jobs = _withheld[key];
        jobs.Remove(entry);
        if (jobs.Count == 0) _withheld.Remove(key);
    }

    private TimeSpan UntilRetry(JobEntry entry) => entry.Delay!.RetryDue is { } due
        ? TimeSpan.FromSeconds((due - clock.GetTimestamp()) / (double)clock.TimestampFrequency)
        : TimeSpan.Zero;

    // What is longer ago than the longest exclusion makes no difference.
    private long ToTimestamp(TimeSpan time, TimeSpan longest)
    {
        var ticks = Math.Clamp(time.Ticks, -TimeSpan.TicksPerDay, longest.Ticks);
        return (long)((Int128)ticks * clock.TimestampFrequency / TimeSpan.TicksPerSecond);
    }
}
