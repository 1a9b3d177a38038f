using NexRender.Listener.Jobs;

namespace NexRender.Listener.Farm.Workers;

/// <summary>A worker, as far as its requests and its jobs tell. Guarded by the lock of <see cref="FarmMonitor"/>.</summary>
internal sealed class Worker
{
    // By uid, because hundreds of workers behind one address may be one name.
    private readonly Dictionary<string, Job> _jobs = new(StringComparer.Ordinal);

    public Worker(string name, DateTimeOffset seen)
    {
        (Name, FirstSeen, LastSeen) = (name, seen, seen);
        Node = new LinkedListNode<Worker>(this);
    }

    public string Name { get; }

    public string? Address { get; set; }

    /// <summary>The version of the program, from its <c>user-agent</c>; <c>null</c> if it does not tell.</summary>
    public string? Version { get; set; }

    /// <summary>The tags of its last pickup; <c>null</c> if it takes any job.</summary>
    public string? Tags { get; set; }

    public DateTimeOffset FirstSeen { get; set; }

    public DateTimeOffset LastSeen { get; set; }

    public int Finished { get; set; }

    public int Failed { get; set; }

    /// <summary>The number of jobs that were taken from it because it did not report in time.</summary>
    public int Expired { get; set; }

    /// <summary>The number of renders whose time is known.</summary>
    public int Timed { get; set; }

    public double TimedSeconds { get; set; }

    public bool IsPaused { get; set; }

    public bool IsSilent { get; set; }

    /// <summary>The number of jobs that it has; more than one only if workers share a name, or an address without a name.</summary>
    public int JobCount => _jobs.Count;

    /// <summary>The job that it has taken or reported about last, or another one once that has ended; <c>null</c> if it has none.</summary>
    public Job? LatestJob { get; private set; }

    /// <summary>The state that was last announced.</summary>
    public WorkerState Announced { get; set; }

    /// <summary>The place in the list of workers, the least recently seen first.</summary>
    public LinkedListNode<Worker> Node { get; }

    public WorkerState State => JobCount > 0 ? WorkerState.Busy
        : IsPaused ? WorkerState.Paused
        : IsSilent ? WorkerState.Silent
        : WorkerState.Idle;

    /// <summary>Adds a job, or replaces it by its next version.</summary>
    public void Hold(Job job)
    {
        _jobs[job.Uid] = job;
        LatestJob = job;
    }

    /// <summary>Removes a job.</summary>
    public void Release(string uid)
    {
        if (!_jobs.Remove(uid) || LatestJob?.Uid != uid) return;
        LatestJob = _jobs.Values.FirstOrDefault();
    }
}
