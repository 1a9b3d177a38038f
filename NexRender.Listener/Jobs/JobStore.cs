using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Lifecycle.Reports;
using NexRender.Listener.Jobs.Pickups;
using NexRender.Listener.Jobs.Query;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Reading;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs;

/// <summary>
/// All jobs. One lock guards them; under it are look-ups, the replacement of references and the queueing of changes for the storage, never
/// I/O and never a wait. What is returned is durable: nobody sees what a power cut could undo.
/// </summary>
internal sealed class JobStore : IAsyncDisposable
{
    private readonly IJobStorage _storage;
    private readonly TimeProvider _clock;
    private readonly RetryPolicy _policy;
    private readonly JobLifecycle _life;
    private readonly JobActions _actions;
    private readonly ChangePublisher _publisher;
    private readonly ChangeWriter _writer;

    private readonly Lock _lock = new();

    // Guarded by the lock.
    private readonly JobTable _table;
    private readonly PendingChanges _pending;

    private JobStore(IJobStorage storage, JobOrdering ordering, RetryPolicy policy, TimeProvider clock)
    {
        (_storage, _clock, _policy) = (storage, clock, policy);
        var versions = new VersionBuilder(policy, clock, storage.TakesDeltas);
        (_life, _actions) = (new JobLifecycle(policy, versions), new JobActions(versions));
        _table = new JobTable(ordering, policy, clock);
        _pending = new PendingChanges(_table, storage);
        _publisher = new ChangePublisher(_lock, _pending, Feed);
        Reader = new JobReader(_lock, _table, _pending, storage, policy, clock);
        Lists = new JobLister(_lock, _table, _pending, storage, Reader);
        Positions = new JobPosition(_lock, _table, ordering, clock);
        var rules = new DependencyRules(_table, versions);
        _writer = new ChangeWriter(_lock, _table, _pending, storage, _publisher, Feed, rules, clock);
        Many = new ManyJobs(_writer, _actions);
        Pickups = new JobPickups(_writer, _life, clock);
    }

    /// <summary>The changes of jobs, once they are durable.</summary>
    public ChangeFeed Feed { get; } = new();

    /// <summary>The jobs as they are now.</summary>
    public JobReader Reader { get; }

    /// <summary>The jobs in pages, by conditions.</summary>
    public JobLister Lists { get; }

    /// <summary>The positions of jobs in the queue, and the remaining times of renders.</summary>
    public JobPosition Positions { get; }

    /// <summary>The operations on many jobs at once.</summary>
    public ManyJobs Many { get; }

    /// <summary>The handing out of jobs to workers.</summary>
    public JobPickups Pickups { get; }

    /// <summary>The reason why changes are not accepted at present; <c>null</c> if they are.</summary>
    public string? HealthProblem => _storage.HealthProblem?.Reason;

    /// <summary>True if every change so far is durable.</summary>
    public bool IsDurable => _storage.DurableSequence >= _storage.LastSequence;

    /// <summary>The bytes of all versions of jobs that were replaced or removed so far.</summary>
    public long ReleasedBytes => _table.ReleasedBytes;

    /// <summary>True while replaced and removed versions are still in memory, because a checkpoint is written.</summary>
    public bool IsCheckpointing => _storage.IsCheckpointing;

    /// <summary>The place of the jobs, for people.</summary>
    public string Location => _storage.Location;

    /// <summary>Recovers the jobs of a storage and keeps them there from then on.</summary>
    /// <exception cref="StorageException">The jobs cannot be read.</exception>
    public static JobStore Open(IJobStorage storage, JobOrdering ordering, RetryPolicy policy, TimeProvider clock)
    {
        var store = new JobStore(storage, ordering, policy, clock);
        storage.Recover(new JournaledJobs(store._lock, store._table, store._pending, storage));
        store._publisher.Start();
        store.Many.SettleWaiting();
        return store;
    }

    /// <summary>Returns a job; <c>null</c> if there is none.</summary>
    public async ValueTask<Job?> FindAsync(string uid) => (await Reader.FindAsync(uid).ConfigureAwait(false))?.Job;

    /// <summary>Returns all jobs in their order of creation.</summary>
    public async ValueTask<Job[]> ListAsync() => (await Reader.ListAsync().ConfigureAwait(false)).Jobs;

    /// <summary>Copies the present versions of all jobs, in order.</summary>
    /// <returns>The jobs, and the number of the last change that they include.</returns>
    public (Job[] Jobs, long LastSequence) Snapshot()
    {
        lock (_lock) return (_table.Jobs.ToArray(), _storage.LastSequence);
    }

    /// <summary>Adds a job at the end of the order. A job of the same uid that has ended is replaced.</summary>
    /// <param name="body">The members that the creator sent.</param>
    /// <param name="creator">The name or address of the creator.</param>
    public async ValueTask<JobResult> CreateAsync(JsonObject body, string creator)
    {
        if (body[Fields.DependsOn] is [(byte)'[', ..]) return await Many.CreateAsync(body, creator).ConfigureAwait(false);
        var members = JobTemplate.Create(body, creator, _clock.GetUtcNow());
        if (JobValidator.Check(members) is { } error) return JobResult.Refused(RefusalKind.Invalid, error);
        var job = Job.From(members);
        if (Uids.Check(members[Fields.Uid]) is { } wrongUid) return JobResult.Refused(RefusalKind.Invalid, wrongUid);
        CommittedChange committed;
        lock (_lock)
        {
            var existing = _table.Find(job.Uid);
            if (existing is { Job: var old } && !JobState.IsTerminal(old.State)) return JobResult.Refused(Refusal.AlreadyExists(old));
            if (_writer.GetRefusal(isNewJob: true) is { } refusal) return JobResult.Refused(refusal);
            var group = new ChangeGroup(_writer, creator);
            group.Create(job, existing);
            committed = group.Commit();
        }
        return await committed.ResultAsync().ConfigureAwait(false);
    }

    /// <summary>Applies the body of a PUT: a report of a worker, or an edit of a person or a script.</summary>
    /// <param name="uid">The uid of the job.</param>
    /// <param name="body">The members that were sent.</param>
    /// <param name="by">The name or address of the sender.</param>
    public ValueTask<JobResult> UpdateAsync(string uid, JsonObject body, string by)
    {
        if (body.Has(Fields.Uid) && Uids.ToText(body[Fields.Uid]) != uid)
            return new(JobResult.Refused(RefusalKind.Invalid, $"the uid of the body is not the uid of the path, {uid}"));
        return ChangeAsync(uid, by, job => _life.Apply(job, body), body);
    }

    /// <summary>Ends a job that has not ended.</summary>
    /// <param name="uid">The uid of the job.</param>
    /// <param name="reason">The reason; empty if none was given.</param>
    /// <param name="by">The name or address of the sender.</param>
    public ValueTask<JobResult> CancelAsync(string uid, string reason, string by) =>
        ChangeAsync(uid, by, job => _actions.Cancel(job, reason));

    /// <summary>Puts a job that has ended back into the queue.</summary>
    public ValueTask<JobResult> RetryAsync(string uid, string by) =>
        ChangeAsync(uid, by, job => CheckDependencies(job) ?? _actions.Retry(job));

    /// <summary>Withholds a queued job from workers.</summary>
    public ValueTask<JobResult> PauseAsync(string uid, string by) => ChangeAsync(uid, by, _actions.Pause);

    /// <summary>Gives a paused job back to the queue.</summary>
    public ValueTask<JobResult> ResumeAsync(string uid, string by) => ChangeAsync(uid, by, _actions.Resume);

    /// <summary>Returns the number of queued jobs that are not ready.</summary>
    public int CountDelayed()
    {
        lock (_lock) return _table.Queue.CountDelayed();
    }

    /// <summary>Returns the jobs that pickups would find in the queue now.</summary>
    public QueuePreview PreviewQueue()
    {
        lock (_lock) return _table.Queue.Preview();
    }

    /// <summary>Deletes a job.</summary>
    /// <returns>The job that was deleted, or the reason why none was.</returns>
    public async ValueTask<JobResult> RemoveAsync(string uid, string by)
    {
        CommittedChange committed;
        lock (_lock)
        {
            if (_table.Find(uid) is not { } entry) return JobResult.Refused(Refusal.NotFound(uid));
            if (_writer.GetRefusal(isNewJob: false) is { } refusal) return JobResult.Refused(refusal);
            var group = new ChangeGroup(_writer, by);
            group.Remove(entry);
            committed = group.Commit();
        }
        return await committed.ResultAsync().ConfigureAwait(false);
    }

    /// <summary>Returns jobs whose workers did not report in time, at most so many.</summary>
    public List<OverdueJob> Overdue(int limit)
    {
        lock (_lock) return _table.Held.Overdue(limit);
    }

    /// <summary>Gives every worker its full time from now.</summary>
    public void RenewDeadlines()
    {
        lock (_lock) _table.Held.RenewAll();
    }

    /// <summary>Takes a job from its worker, unless that has reported meanwhile.</summary>
    public ValueTask<JobResult> ExpireAsync(OverdueJob overdue) => ChangeAsync(
        overdue.Job.Uid, null, job => ReferenceEquals(job, overdue.Job) ? _life.Expire(job) : Transition.None);

    /// <summary>Puts a job back into the queue that was handed to a worker which has disconnected without receiving it.</summary>
    public ValueTask<JobResult> GiveBackAsync(Job picked) => ChangeAsync(
        picked.Uid, null, job => ReferenceEquals(job, picked) ? _life.GiveBack(job) : Transition.None);

    /// <summary>Closes the storage, publishes what became durable, and ends the feed. May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        Pickups.Dispose();
        await _storage.DisposeAsync().ConfigureAwait(false);
        _publisher.Dispose();
        Feed.Complete();
    }

    /// <summary>Replaces a job by its next version, made outside the lock, and made again if another change was faster.</summary>
    private async ValueTask<JobResult> ChangeAsync(string uid, string? by, Func<Job, Transition> decide, JsonObject? report = null)
    {
        while (true)
        {
            if (Reader.Look(uid, out var durable) is not (var entry, { } current)) return Missing(uid, report);
            var transition = decide(current);
            if (transition.Refusal is { } refusal) return JobResult.Refused(refusal);
            if (transition.Next is null)
            {
                // The present version is the answer, so it must be durable; if it is rolled back, the decision is made again.
                if (durable is null || await durable.ConfigureAwait(false) is null) return JobResult.Unchanged(current);
                continue;
            }
            if (TryReplace(entry, current, transition, by, out var committed) is { } refused) return JobResult.Refused(refused);
            if (committed is not null) return await committed.ResultAsync().ConfigureAwait(false);
        }
    }

    // Waiting for a job that has ended in an error, it would end in one again at once.
    private Transition? CheckDependencies(Job job)
    {
        if (job.Links is not { DependsOn.Length: > 0 }) return null;
        lock (_lock)
        {
            return _writer.Rules.FindFailed(job) is { } failed
                ? Transition.Refused(RefusalKind.Conflict, $"job {job.Uid} depends on {failed.Uid}, which is error; retry that job instead")
                : null;
        }
    }

    private JobResult Missing(string uid, JsonObject? report)
    {
        if (report is null || !Reader.WasRemovedLately(uid)) return JobResult.Refused(Refusal.NotFound(uid));
        // A refusal would kill a worker that is rendering the job; a worker that has not begun can still drop it.
        return Report.IsStart(report) ? JobResult.Refused(RefusalKind.Conflict, $"job {uid} was removed") : JobResult.Removed();
    }

    /// <summary>Replaces the present version, if it still is the present one; if another change was faster, nothing is committed.</summary>
    /// <returns>The reason why no change is accepted; <c>null</c> if they are.</returns>
    private Refusal? TryReplace(JobEntry entry, Job current, in Transition transition, string? by, out CommittedChange? committed)
    {
        committed = null;
        lock (_lock)
        {
            if (!entry.IsCurrent(current)) return null;
            if (_writer.GetRefusal(isNewJob: false) is { } refusal)
            {
                // While nothing can be stored, no worker can report in time, and none must lose its job for that.
                _table.Held.Renew(entry);
                return refusal;
            }
            committed = Replace_NeedsLock(entry, transition, by);
            return null;
        }
    }

    private CommittedChange Replace_NeedsLock(JobEntry entry, in Transition transition, string? by)
    {
        var group = new ChangeGroup(_writer, by);
        group.Replace(entry, transition);
        return group.Commit();
    }
}
