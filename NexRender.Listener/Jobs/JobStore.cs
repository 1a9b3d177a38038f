using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs;

/// <summary>
/// All jobs. One lock guards them; under it are look-ups, the making of the next version of a job, and the queueing of the change for the
/// disk, never I/O. What is returned is on the disk: nobody sees what a power cut could take back.
/// </summary>
internal sealed class JobStore : IJournaledState, IAsyncDisposable
{
    private readonly IJobStorage _storage;
    private readonly JobLifecycle _life;

    private readonly Lock _lock = new();

    // Under the lock.
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly JobList _list = new();
    private readonly JobQueue _queue;
    private readonly Deadlines _deadlines;
    private readonly RecentlyRemoved _removed;
    private readonly Queue<Change> _unconfirmed = new();

    private JobStore(IJobStorage storage, JobOrdering ordering, JobLifecycle life, TimeProvider clock)
    {
        (_storage, _life) = (storage, life);
        _queue = new JobQueue(ordering, clock);
        _deadlines = new Deadlines(clock);
        _removed = new RecentlyRemoved(clock);
    }

    /// <summary>What was replaced, and what replaced it, until that is known to last.</summary>
    private readonly record struct Change(long Sequence, Job? Removed, Job? Placed);

    /// <summary>Why changes are not accepted at present; <c>null</c> when all is well.</summary>
    public string? Trouble => _storage.HealthProblem?.Reason;

    public string DatabasePath => _storage.Location;

    Lock IJournaledState.Lock => _lock;

    int IJournaledState.Count
    {
        get
        {
            lock (_lock) return _list.Count;
        }
    }

    /// <summary>Recovers the jobs of a storage and keeps them there from then on.</summary>
    /// <exception cref="StartupException">The jobs cannot be read.</exception>
    public static JobStore Open(IJobStorage storage, JobOrdering ordering, JobLifecycle life, TimeProvider clock)
    {
        var store = new JobStore(storage, ordering, life, clock);
        storage.Recover(store);
        return store;
    }

    /// <summary>A job, or <c>null</c> where there is none.</summary>
    public async ValueTask<Job?> FindAsync(string uid)
    {
        while (true)
        {
            Job? job;
            Task<StorageFailure?>? lasting;
            lock (_lock)
            {
                job = _jobs.GetValueOrDefault(uid);
                // That a job is gone must last, too, before anybody is told.
                lasting = Lasting_NeedsLock(job?.Sequence ?? _storage.LastSequence);
            }
            if (lasting is null || await lasting.ConfigureAwait(false) is null) return job;
        }
    }

    /// <summary>All jobs in their order of creation.</summary>
    public async ValueTask<Job[]> ListAsync()
    {
        while (true)
        {
            Job[] jobs;
            Task<StorageFailure?>? lasting;
            lock (_lock) (jobs, lasting) = (_list.ToArray(), Lasting_NeedsLock(_storage.LastSequence));
            if (lasting is null || await lasting.ConfigureAwait(false) is null) return jobs;
        }
    }

    /// <summary>Adds a job at the end of the order; one with the same uid that is done with is replaced.</summary>
    public async ValueTask<JobResult> CreateAsync(Job job)
    {
        Batch batch;
        lock (_lock)
        {
            var existing = _jobs.GetValueOrDefault(job.Uid);
            if (existing is not null && !JobState.IsTerminal(existing.State))
                return JobResult.Refused(RefusalKind.Conflict, $"job {job.Uid} exists already and is {existing.State}; remove it first, or use another uid");
            if (Refuses(isNewJob: true) is { } refusal) return JobResult.Refused(refusal);
            job.Order = _list.NextOrder;
            batch = Commit_NeedsLock(RecordKind.Add, existing, job);
            _removed.Forget(job.Uid);
        }
        return await Answer(batch, JobResult.Of(job, "created")).ConfigureAwait(false);
    }

    /// <summary>Replaces a job by its next version, made without the lock and again where somebody else was faster.</summary>
    /// <param name="uid">The uid of the job.</param>
    /// <param name="next">Makes the next version, or says why not.</param>
    public async ValueTask<JobResult> UpdateAsync(string uid, Func<Job, JobResult> next)
    {
        while (true)
        {
            Job? current;
            Task<StorageFailure?>? lasting = null;
            lock (_lock)
            {
                current = _jobs.GetValueOrDefault(uid);
                if (current is not null) lasting = Lasting_NeedsLock(current.Sequence);
            }
            if (current is null) return JobResult.NotFound(uid);
            var result = next(current);
            if (result.Job is not { } job) return result;
            if (ReferenceEquals(job, current))
            {
                if (lasting is null || await lasting.ConfigureAwait(false) is null) return result;
                continue;
            }
            Batch batch;
            lock (_lock)
            {
                if (!ReferenceEquals(_jobs.GetValueOrDefault(uid), current)) continue;
                if (Refuses(isNewJob: false) is { } refusal)
                {
                    // While nothing can be stored, no worker can report in time, and none must lose its job for that.
                    _deadlines.Remove(current);
                    _deadlines.Set(current, _life.TimeFor(current));
                    return JobResult.Refused(refusal);
                }
                job.Order = current.Order;
                batch = Commit_NeedsLock(RecordKind.Set, current, job);
            }
            return await Answer(batch, result).ConfigureAwait(false);
        }
    }

    /// <summary>Hands out the next queued job; of those with one of the tags, where tags are given.</summary>
    /// <returns>The job, <c>null</c> when there is none, or why none can be handed out.</returns>
    public async ValueTask<JobResult> PickUpAsync(string[] tags, string executor)
    {
        Batch batch;
        Job job;
        lock (_lock)
        {
            if (_queue.Next(tags, executor) is not { } next) return default;
            if (Refuses(isNewJob: false) is { } refusal) return JobResult.Refused(refusal);
            job = _life.PickUp(next, executor);
            job.Order = next.Order;
            batch = Commit_NeedsLock(RecordKind.Set, next, job);
        }
        return await Answer(batch, JobResult.Of(job, "picked")).ConfigureAwait(false);
    }

    /// <summary>Takes a job out.</summary>
    /// <returns>The job that was taken out, or why none was.</returns>
    public async ValueTask<JobResult> RemoveAsync(string uid)
    {
        Batch batch;
        Job job;
        lock (_lock)
        {
            if (!_jobs.TryGetValue(uid, out job!)) return JobResult.NotFound(uid);
            if (Refuses(isNewJob: false) is { } refusal) return JobResult.Refused(refusal);
            batch = Commit_NeedsLock(RecordKind.Remove, job, null);
            _removed.Add(uid);
        }
        return await Answer(batch, JobResult.Of(job, "removed")).ConfigureAwait(false);
    }

    /// <summary>Jobs whose workers have been silent for too long, at most so many.</summary>
    public List<Job> Overdue(int limit)
    {
        lock (_lock) return _deadlines.Overdue(limit);
    }

    /// <summary>Whether a job was removed lately, so that its worker may not know yet.</summary>
    public bool WasRemovedLately(string uid)
    {
        lock (_lock) return _removed.Contains(uid);
    }

    /// <summary>How many jobs there are in each state.</summary>
    public SortedDictionary<string, int> CountByState()
    {
        Job[] jobs;
        lock (_lock) jobs = _list.ToArray();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var job in jobs) counts[job.State] = counts.GetValueOrDefault(job.State) + 1;
        return counts;
    }

    void IRecoveryTarget.Load(IEnumerable<byte[]> jobs) => JobLoader.Load(_storage.Location, jobs, job => Place(job, atEnd: true));

    void IRecoveryTarget.Put(ReadOnlyMemory<byte> job, bool atEnd) => Place(Job.FromStored(job.ToArray())!, atEnd);

    void IRecoveryTarget.Remove(string uid)
    {
        if (!_jobs.TryGetValue(uid, out var job)) return;
        Swap_NeedsLock(job, null);
        _removed.Add(uid);
    }

    void IJournaledState.LoadRemoval(byte[] removal) => _removed.Load(removal);

    Snapshot IJournaledState.TakeSnapshot()
    {
        Job[] jobs;
        KeyValuePair<string, DateTimeOffset>[] removals;
        long version;
        Task<StorageFailure?> durable;
        lock (_lock)
        {
            (jobs, removals, version) = (_list.ToArray(), _removed.ToArray(), _removed.Version);
            durable = _storage.WhenDurableAsync(_storage.LastSequence);
        }
        return new Snapshot(Array.ConvertAll(jobs, job => job.Json), () => Array.ConvertAll(removals, RecentlyRemoved.ToJson), version, durable);
    }

    void IJournaledState.RollBack_NeedsLock(long lastKept)
    {
        foreach (var change in _unconfirmed.Where(change => change.Sequence > lastKept).Reverse().ToArray())
        {
            Swap_NeedsLock(change.Placed, change.Removed);
            if (change.Placed is null) _removed.Forget(change.Removed!.Uid);
        }
        // The changes that stay may still have to be rolled back later: they are not durable yet.
        var kept = _unconfirmed.Where(change => change.Sequence <= lastKept).ToArray();
        _unconfirmed.Clear();
        foreach (var change in kept) _unconfirmed.Enqueue(change);
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    // Asked without the lock, the change might have been taken back meanwhile, and its number given to another.
    private Task<StorageFailure?>? Lasting_NeedsLock(long sequence) =>
        sequence <= _storage.DurableSequence ? null : _storage.WhenDurableAsync(sequence);

    private static async ValueTask<JobResult> Answer(Batch batch, JobResult result) =>
        await batch.Done.ConfigureAwait(false) is { } failure ? JobResult.Refused(ToRefusal(failure)) : result;

    private Refusal? Refuses(bool isNewJob) => _storage.GetRefusal(isNewJob) is { } failure ? ToRefusal(failure) : null;

    private static Refusal ToRefusal(StorageFailure failure) => failure.DiskFull
        ? new Refusal(RefusalKind.DiskFull, $"no room on the server's disk: {failure.Reason}")
        : new Refusal(RefusalKind.Unavailable, $"the change cannot be stored: {failure.Reason}");

    private Batch Commit_NeedsLock(RecordKind kind, Job? removed, Job? placed)
    {
        var batch = _storage.Append(new JournalRecord(kind, placed?.Json ?? JsonText.Quote(removed!.Uid)), out var sequence);
        if (placed is not null) placed.Sequence = sequence;
        Swap_NeedsLock(removed, placed);
        while (_unconfirmed.TryPeek(out var oldest) && oldest.Sequence <= _storage.DurableSequence) _unconfirmed.Dequeue();
        _unconfirmed.Enqueue(new Change(sequence, removed, placed));
        return batch;
    }

    /// <summary>Puts one job, or one version of it, in the place of another; either may be none.</summary>
    private void Swap_NeedsLock(Job? removed, Job? placed)
    {
        if (removed is not null)
        {
            if (removed.State == JobState.Queued) _queue.Remove(removed);
            _deadlines.Remove(removed);
            if (removed.Order != placed?.Order) _list.Remove(removed);
            if (placed is null) _jobs.Remove(removed.Uid);
        }
        if (placed is null) return;
        _jobs[placed.Uid] = placed;
        if (placed.Order == _list.NextOrder) _list.Append(placed);
        else _list.Set(placed);
        if (placed.State == JobState.Queued) _queue.Add(placed);
        _deadlines.Set(placed, _life.TimeFor(placed));
    }

    // Nobody else is there yet while the database is read, so this needs no lock.
    private void Place(Job job, bool atEnd)
    {
        var existing = _jobs.GetValueOrDefault(job.Uid);
        job.Order = existing is null || atEnd ? _list.NextOrder : existing.Order;
        Swap_NeedsLock(existing, job);
        _removed.Forget(job.Uid);
    }
}
