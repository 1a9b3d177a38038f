using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The jobs that workers have, by worker and by deadline. Guarded by the store's lock.</summary>
internal sealed class HeldJobs(RetryPolicy policy, TimeProvider clock)
{
    private readonly Dictionary<string, HashSet<JobEntry>> _byWorker = new(StringComparer.Ordinal);
    private readonly Deadlines _deadlines = new(clock);
    private readonly Dictionary<string, string> _suspicions = new(StringComparer.Ordinal);

    /// <summary>The number of times that a suspicion has begun or ended.</summary>
    public long SuspicionChanges { get; private set; }

    /// <summary>Follows a change of a job; a report or an edit renews the deadline.</summary>
    /// <param name="entry">The place of the job, with the version after.</param>
    /// <param name="before">The version before; <c>null</c> if there was none.</param>
    public void Update(JobEntry entry, Job? before)
    {
        var job = entry.Job;
        if (before is { IsHeld: true } && (!job.IsHeld || job.Executor != before.Executor)) Release(entry, before);
        if (!job.IsHeld) return;
        if (entry.Holding is null)
        {
            entry.Holding = new Holding();
            if (job.Executor is not null) OfWorker(job.Executor).Add(entry);
        }
        Renew(entry);
    }

    /// <summary>Follows the removal of a job.</summary>
    public void Remove(JobEntry entry)
    {
        if (entry.Job.IsHeld) Release(entry, entry.Job);
    }

    /// <summary>
    /// Examines the jobs of a named worker that asks for other work: it has most likely died and come back, or its report was lost. But two
    /// processes may share a name, so most jobs are only suspected.
    /// </summary>
    /// <returns>The jobs that are certainly lost, and the uids of those that are newly suspected.</returns>
    public (JobEntry[] Lost, string[] Suspects) Review(WorkerIdentity worker)
    {
        if (!_byWorker.TryGetValue(worker.Executor, out var held)) return ([], []);
        // A worker that has picked a job up reports that it begins before it asks again from the same address.
        var lost = held.Where(entry => policy.ExclusiveNames
            || (entry.Job.State == JobState.Picked && entry.Holding!.Address == worker.Address)).ToArray();
        var suspects = held.Except(lost).Where(entry => entry.Holding!.Suspicion is null).ToArray();
        foreach (var entry in suspects)
            Suspect(entry, $"{worker.Executor} asked for other work at {Timestamp.ToText(clock.GetUtcNow())}");
        return (lost, Array.ConvertAll(suspects, entry => entry.Job.Uid));
    }

    /// <summary>Gives the worker of a job its full time from now.</summary>
    public void Renew(JobEntry entry)
    {
        if (entry.Holding is null) return;
        _deadlines.Remove(entry);
        _deadlines.Set(entry, policy.TimeLimit(entry.Job));
    }

    /// <summary>Gives every worker its full time from now.</summary>
    public void RenewAll()
    {
        foreach (var entry in _deadlines.ToArray()) Renew(entry);
    }

    /// <summary>Returns jobs whose workers are overdue, with the version that is.</summary>
    public List<OverdueJob> Overdue(int limit) => _deadlines.Overdue(limit);

    /// <summary>Sets, or with <c>null</c> clears, the reason to suspect that a held job is lost.</summary>
    public void Suspect(JobEntry entry, string? reason)
    {
        if (entry.Holding is not { } holding || holding.Suspicion == reason) return;
        holding.Suspicion = reason;
        if (reason is null) _suspicions.Remove(entry.Job.Uid);
        else _suspicions[entry.Job.Uid] = reason;
        SuspicionChanges++;
    }

    /// <summary>Copies the reasons to suspect that jobs are lost, by uid; <c>null</c> if there are none.</summary>
    public Dictionary<string, string>? CopySuspicions() => _suspicions.Count == 0 ? null : new Dictionary<string, string>(_suspicions);

    private HashSet<JobEntry> OfWorker(string worker)
    {
        if (!_byWorker.TryGetValue(worker, out var entries)) _byWorker.Add(worker, entries = []);
        return entries;
    }

    private void Release(JobEntry entry, Job job)
    {
        Suspect(entry, null);
        _deadlines.Remove(entry);
        entry.Holding = null;
        if (job.Executor is null || !_byWorker.TryGetValue(job.Executor, out var entries)) return;
        entries.Remove(entry);
        if (entries.Count == 0) _byWorker.Remove(job.Executor);
    }
}
