using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Batches;

/// <summary>The jobs by batch, and the counts of each batch. Guarded by the store's lock.</summary>
internal sealed class BatchIndex
{
    private readonly Dictionary<string, JobBatch> _batches = new(StringComparer.Ordinal);

    /// <summary>The batches that have jobs, in the order in which their first jobs came.</summary>
    public IEnumerable<JobBatch> All => _batches.Values.OrderBy(batch => batch.Order);

    /// <summary>Returns a batch; <c>null</c> if it has no jobs.</summary>
    public JobBatch? Find(string id) => _batches.GetValueOrDefault(id);

    /// <summary>Adds an entry to the batch of its job, if that has one.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="isLatest">True if its version was made just now; false if that is not known.</param>
    public void Add(JobEntry entry, bool isLatest)
    {
        if (entry.Job.Links?.BatchId is not { } id) return;
        if (!_batches.TryGetValue(id, out var batch)) _batches.Add(id, batch = new JobBatch(id));
        batch.Add(entry, isLatest);
    }

    /// <summary>Removes an entry; its job must still be the one that was added.</summary>
    public void Remove(JobEntry entry)
    {
        if (entry.Job.Links?.BatchId is not { } id || !_batches.TryGetValue(id, out var batch)) return;
        batch.Remove(entry);
        if (batch.Count == 0) _batches.Remove(id);
    }
}
