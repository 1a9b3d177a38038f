using NexRender.Listener.Jobs.Batches;
using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The jobs in memory, by uid, in order, in the queue and by deadline. Guarded by the store's lock, but for the start, when nobody else
/// has the table yet.
/// </summary>
internal sealed class JobTable
{
    private readonly Dictionary<string, JobEntry> _entries = new(StringComparer.Ordinal);
    private readonly JobList _list = new();
    private long _releasedBytes;

    public JobTable(JobOrdering ordering, RetryPolicy policy, TimeProvider clock)
    {
        Queue = new JobQueue(ordering, policy.LongestDelay, clock);
        Held = new HeldJobs(policy, clock);
        Removed = new RecentlyRemoved(clock);
        Dependencies = new DependencyIndex(this);
    }

    public int Count => _list.Count;

    /// <summary>The jobs that wait for a worker.</summary>
    public JobQueue Queue { get; }

    /// <summary>The jobs that workers have.</summary>
    public HeldJobs Held { get; }

    public RecentlyRemoved Removed { get; }

    /// <summary>The jobs that wait for others.</summary>
    public DependencyIndex Dependencies { get; }

    /// <summary>The jobs by batch.</summary>
    public BatchIndex Batches { get; } = new();

    public JobEntry? Find(string uid) => _entries.GetValueOrDefault(uid);

    /// <summary>The entries in order.</summary>
    public IEnumerable<JobEntry> Entries() => _list.Entries();

    /// <summary>Copies the current versions, in order.</summary>
    public Job[] ToArray() => _list.ToArray();

    /// <summary>Adds a job at the end of the order; its uid must be free.</summary>
    public JobEntry Add(Job job)
    {
        var entry = new JobEntry(job, _list.NextOrder);
        _list.Append(entry);
        Index(entry);
        Removed.Forget(job.Uid);
        return entry;
    }

    /// <summary>The bytes of all versions that were replaced or removed so far. May be read without the lock.</summary>
    public long ReleasedBytes => Volatile.Read(ref _releasedBytes);

    /// <summary>Replaces the version of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="job">The version.</param>
    /// <param name="isDetached">True to leave a queued job out of the queue until <see cref="Attach"/>.</param>
    public void Set(JobEntry entry, Job job, bool isDetached = false)
    {
        LeaveQueue(entry);
        var before = entry.Job;
        Batches.Remove(entry);
        entry.Job = job;
        _releasedBytes += before.Json.Length;
        Batches.Add(entry, isLatest: true);
        Held.Update(entry, before);
        Dependencies.Update(entry, before);
        entry.IsDetached = isDetached && job.State == JobState.Queued;
        if (job.State == JobState.Queued && !isDetached) Queue.Add(entry);
        else if (job.State is not (JobState.Queued or JobState.Paused)) entry.Delay = null;
    }

    /// <summary>Removes an entry, which keeps its last version.</summary>
    public void Remove(JobEntry entry)
    {
        LeaveQueue(entry);
        Held.Remove(entry);
        Batches.Remove(entry);
        _list.Remove(entry);
        _entries.Remove(entry.Job.Uid);
        _releasedBytes += entry.Job.Json.Length;
        Dependencies.Remove(entry);
    }

    /// <summary>Puts a removed entry back.</summary>
    public void Restore(JobEntry entry)
    {
        _list.Restore(entry);
        Index(entry);
    }

    /// <summary>Takes a job out of the queue, so that a change of many jobs costs less at the moment at which it is made.</summary>
    public void Detach(JobEntry entry)
    {
        if (entry.Job.State != JobState.Queued) return;
        LeaveQueue(entry);
        entry.IsDetached = true;
    }

    /// <summary>Puts a job back that was taken out of the queue, if it is queued and no other change has put it back.</summary>
    public void Attach(JobEntry entry)
    {
        if (!entry.IsDetached) return;
        entry.IsDetached = false;
        Queue.Add(entry);
    }

    private void LeaveQueue(JobEntry entry)
    {
        if (entry.Job.State == JobState.Queued && !entry.IsDetached) Queue.Remove(entry);
        entry.IsDetached = false;
    }

    private void Index(JobEntry entry)
    {
        _entries.Add(entry.Job.Uid, entry);
        Held.Update(entry, before: null);
        Batches.Add(entry, isLatest: false);
        Dependencies.Update(entry, before: null);
        if (entry.Job.State == JobState.Queued) Queue.Add(entry);
    }
}
