using System.Runtime.InteropServices;
using NexRender.Listener.Jobs.Batches;
using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Submissions;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The jobs in memory, by uid, in order, by state, in the queue and by deadline. Guarded by the store's lock, but for the start, when
/// nobody else has the table yet.
/// </summary>
internal sealed class JobTable
{
    private readonly Dictionary<string, JobEntry> _entries = new(StringComparer.Ordinal);
    private long _releasedBytes;

    public JobTable(JobOrdering ordering, RetryPolicy policy, TimeProvider clock)
    {
        Queue = new JobQueue(ordering, policy.LongestDelay, clock);
        Held = new HeldJobs(policy, clock);
        Removed = new RecentlyRemoved(clock);
        Dependencies = new DependencyIndex(this);
        Answers = new RecentAnswers(clock);
    }

    public int Count => Jobs.Count;

    /// <summary>The jobs that wait for a worker.</summary>
    public JobQueue Queue { get; }

    /// <summary>The jobs that workers have.</summary>
    public HeldJobs Held { get; }

    /// <summary>The jobs by state.</summary>
    public StateIndex States { get; } = new();

    /// <summary>The times at which delayed jobs become ready.</summary>
    public ReadyTimes ReadyTimes { get; } = new();

    /// <summary>All jobs in their order of creation.</summary>
    public JobList Jobs { get; } = new();

    public RecentlyRemoved Removed { get; }

    /// <summary>The answers to submissions that may be repeated.</summary>
    public RecentAnswers Answers { get; }

    /// <summary>The jobs that wait for others.</summary>
    public DependencyIndex Dependencies { get; }

    /// <summary>The jobs by batch.</summary>
    public BatchIndex Batches { get; } = new();

    public JobEntry? Find(string uid)
    {
        if (!_entries.TryGetValue(uid, out var entry)) return null;
        if (!entry.IsGone) return entry;
        Apply(entry);
        return null;
    }

    /// <summary>Makes room for so many jobs, so that it need not grow while they are added.</summary>
    public void Expect(int count)
    {
        _entries.EnsureCapacity(count);
        Jobs.Expect(count);
    }

    /// <summary>Adds a job at the end of the order; its uid must be free.</summary>
    public JobEntry Add(Job job)
    {
        if (!TryAdd(job, out var entry)) throw new ArgumentException($"there is a job {job.Uid} already", nameof(job));
        return entry;
    }

    /// <summary>Adds a job at the end of the order, unless another one has its uid.</summary>
    /// <param name="job">The job.</param>
    /// <param name="entry">The entry of the uid.</param>
    /// <returns>True if the job was added.</returns>
    public bool TryAdd(Job job, out JobEntry entry)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, job.Uid, out var exists);
        entry = place ??= new JobEntry(job, Jobs.NextOrder);
        if (exists) return false;
        Jobs.Append(entry);
        Index(entry);
        Removed.Forget(job.Uid);
        return true;
    }

    /// <summary>The bytes of all versions that were replaced or removed so far. May be read without the lock.</summary>
    public long ReleasedBytes => Volatile.Read(ref _releasedBytes);

    /// <summary>Replaces the version of an entry.</summary>
    public void Set(JobEntry entry, Job job)
    {
        BreakClaim(entry);
        LeaveQueue(entry);
        var before = entry.Job;
        Batches.Remove(entry);
        entry.Job = job;
        _releasedBytes += Math.Max(0, before.Json.Length - job.Json.SharedLength);
        Batches.Add(entry, isLatest: true);
        Jobs.Update(entry);
        States.Update(entry, before);
        ReadyTimes.Remove(entry, before);
        ReadyTimes.Add(entry);
        Held.Update(entry, before);
        Dependencies.Update(entry, before);
        if (job.State == JobState.Queued) Queue.Add(entry);
        else if (job.State != JobState.Paused) entry.Delay = null;
    }

    /// <summary>Removes an entry, which keeps its last version.</summary>
    public void Remove(JobEntry entry)
    {
        BreakClaim(entry);
        LeaveQueue(entry);
        Held.Remove(entry);
        Batches.Remove(entry);
        States.Remove(entry);
        ReadyTimes.Remove(entry, entry.Job);
        Jobs.Remove(entry);
        _entries.Remove(entry.Job.Uid);
        _releasedBytes += entry.Job.Json.Length;
        Dependencies.Remove(entry);
    }

    /// <summary>Puts a removed entry back.</summary>
    public void Restore(JobEntry entry)
    {
        Jobs.Restore(entry);
        _entries.Add(entry.Job.Uid, entry);
        Index(entry);
    }

    /// <summary>Claims a job for a change of many: it leaves the queue, and the change knows if another one was faster.</summary>
    public void Claim(BulkItem item)
    {
        var entry = item.Entry;
        var wasQueued = entry.Job.State == JobState.Queued;
        LeaveQueue(entry);
        (entry.Claim, entry.IsDetached) = (item, wasQueued);
    }

    /// <summary>Releases the claim of a change of many, unless it was broken or carried out.</summary>
    public void Release(BulkItem item)
    {
        var entry = item.Entry;
        if (entry.Claim != item) return;
        entry.Claim = null;
        if (!entry.IsDetached) return;
        entry.IsDetached = false;
        Queue.Add(entry);
    }

    /// <summary>Counts jobs whose next version a change of many has committed, although the indexes do not know it yet.</summary>
    /// <param name="count">The number of jobs; negative to take them back.</param>
    /// <param name="areRemoved">True if their next version is none.</param>
    public void AddStale(int count, bool areRemoved)
    {
        Jobs.Stale += count;
        if (areRemoved) Jobs.Gone += count;
    }

    /// <summary>Carries out a change of many, which was made when it was committed, in all indexes.</summary>
    public void Apply(JobEntry entry)
    {
        if (entry.Claim is not { IsCommitted: true } item) return;
        entry.Claim = null;
        AddStale(-1, item.IsRemoval);
        if (item.IsRemoval)
        {
            Remove(entry);
            Removed.Add(entry.Job.Uid);
            return;
        }
        Set(entry, item.After);
        entry.Sequence = item.Sequence;
    }

    private void BreakClaim(JobEntry entry)
    {
        if (entry.Claim is not { } item) return;
        if (item.IsCommitted)
        {
            Apply(entry);
            return;
        }
        entry.Claim = null;
        item.Break();
    }

    private void LeaveQueue(JobEntry entry)
    {
        if (entry.Job.State == JobState.Queued && !entry.IsDetached) Queue.Remove(entry);
        entry.IsDetached = false;
    }

    private void Index(JobEntry entry)
    {
        States.Add(entry);
        ReadyTimes.Add(entry);
        Held.Update(entry, before: null);
        Batches.Add(entry, isLatest: false);
        Dependencies.Update(entry, before: null);
        if (entry.Job.State == JobState.Queued) Queue.Add(entry);
    }
}
