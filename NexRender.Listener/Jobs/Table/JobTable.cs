using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The jobs in memory, by uid, in order, in the queue and by deadline. Guarded by the store's lock, but for the start, when nobody else
/// has the table yet.
/// </summary>
internal sealed class JobTable(JobOrdering ordering, RetryPolicy policy, TimeProvider clock)
{
    private readonly Dictionary<string, JobEntry> _entries = new(StringComparer.Ordinal);
    private readonly JobList _list = new();
    private long _releasedBytes;

    public int Count => _list.Count;

    /// <summary>The jobs that wait for a worker.</summary>
    public JobQueue Queue { get; } = new(ordering, policy.LongestDelay, clock);

    /// <summary>The jobs that workers have.</summary>
    public HeldJobs Held { get; } = new(policy, clock);

    public RecentlyRemoved Removed { get; } = new(clock);

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
    public void Set(JobEntry entry, Job job)
    {
        if (entry.Job.State == JobState.Queued) Queue.Remove(entry);
        var before = entry.Job;
        entry.Job = job;
        _releasedBytes += before.Json.Length;
        Held.Update(entry, before);
        if (job.State == JobState.Queued) Queue.Add(entry);
        else if (job.State != JobState.Paused) entry.Delay = null;
    }

    /// <summary>Removes an entry, which keeps its last version.</summary>
    public void Remove(JobEntry entry)
    {
        if (entry.Job.State == JobState.Queued) Queue.Remove(entry);
        Held.Remove(entry);
        _list.Remove(entry);
        _entries.Remove(entry.Job.Uid);
        _releasedBytes += entry.Job.Json.Length;
    }

    /// <summary>Puts a removed entry back.</summary>
    public void Restore(JobEntry entry)
    {
        _list.Restore(entry);
        Index(entry);
    }

    private void Index(JobEntry entry)
    {
        _entries.Add(entry.Job.Uid, entry);
        Held.Update(entry, before: null);
        if (entry.Job.State == JobState.Queued) Queue.Add(entry);
    }
}
