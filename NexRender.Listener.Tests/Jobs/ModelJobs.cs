namespace NexRender.Listener.Tests.Jobs;

/// <summary>A job as the model sees it.</summary>
internal sealed record ModelJob(string Uid, string[] Tags, double Priority, string State);

/// <summary>The jobs in the simplest form: one list, read from the start each time.</summary>
internal sealed class ModelJobs(JobOrdering ordering)
{
    private readonly List<ModelJob> _jobs = [];

    public IReadOnlyList<ModelJob> All => _jobs;

    /// <summary>The jobs that a pickup may hand out; more than one only in random order.</summary>
    public ModelJob[] Candidates(string[] tags)
    {
        var queued = _jobs.Where(job => job.State == "queued" && (tags.Length == 0 || job.Tags.Any(tags.Contains))).ToArray();
        return ordering switch
        {
            JobOrdering.OldestFirst => queued[..Math.Min(1, queued.Length)],
            JobOrdering.NewestFirst => queued[Math.Max(0, queued.Length - 1)..],
            JobOrdering.Priority => queued.Where(job => queued.All(other => other.Priority <= job.Priority)).Take(1).ToArray(),
            _ => queued,
        };
    }

    /// <summary>Adds a job at the end; one with its uid is replaced.</summary>
    public void Add(ModelJob job)
    {
        Remove(job.Uid);
        _jobs.Add(job);
    }

    public void Change(string uid, Func<ModelJob, ModelJob> change)
    {
        var at = _jobs.FindIndex(job => job.Uid == uid);
        _jobs[at] = change(_jobs[at]);
    }

    public void Remove(string uid) => _jobs.RemoveAll(job => job.Uid == uid);
}
