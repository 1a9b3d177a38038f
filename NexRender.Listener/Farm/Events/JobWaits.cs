using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Farm.Events;

/// <summary>Waits for the ends of jobs and batches.</summary>
internal sealed class JobWaits : IChangeListener
{
    // Guarded by the lock.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JobWait> _ofJobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JobWait> _ofBatches = new(StringComparer.Ordinal);
    private volatile int _count;

    public void OnChanges(IReadOnlyList<JobChange> changes)
    {
        if (_count == 0) return;
        foreach (var change in changes)
        {
            if (change.After is not null && !JobState.IsTerminal(change.After.State)) continue;
            lock (_lock)
            {
                if (_ofJobs.TryGetValue(change.Uid, out var ofJob)) ofJob.Signal();
                var batch = (change.After ?? change.Before)!.Links?.BatchId;
                if (batch is not null && _ofBatches.TryGetValue(batch, out var ofBatch)) ofBatch.Signal();
            }
        }
    }

    /// <summary>Waits until a job has ended or was removed.</summary>
    /// <param name="uid">The uid of the job.</param>
    /// <param name="hasEnded">Returns true if it has; called before the wait and after each end.</param>
    /// <param name="cancellation">Ends the wait without an exception.</param>
    public Task WaitForJobAsync(string uid, Func<ValueTask<bool>> hasEnded, CancellationToken cancellation) =>
        WaitAsync(_ofJobs, uid, hasEnded, cancellation);

    /// <summary>Waits until all jobs of a batch have ended or were removed.</summary>
    /// <param name="id">The id of the batch.</param>
    /// <param name="hasEnded">Returns true if they have; called before the wait and after each end.</param>
    /// <param name="cancellation">Ends the wait without an exception.</param>
    public Task WaitForBatchAsync(string id, Func<ValueTask<bool>> hasEnded, CancellationToken cancellation) =>
        WaitAsync(_ofBatches, id, hasEnded, cancellation);

    private async Task WaitAsync(
        Dictionary<string, JobWait> waits, string id, Func<ValueTask<bool>> hasEnded, CancellationToken cancellation)
    {
        // Before anything is looked at, so that no end is missed.
        var wait = Enter(waits, id);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                Task next;
                lock (_lock) next = wait.Next;
                if (await hasEnded().ConfigureAwait(false)) return;
                await next.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            Leave(waits, id, wait);
        }
    }

    private JobWait Enter(Dictionary<string, JobWait> waits, string id)
    {
        lock (_lock)
        {
            if (!waits.TryGetValue(id, out var wait)) waits.Add(id, wait = new JobWait());
            wait.Clients++;
            _count = _ofJobs.Count + _ofBatches.Count;
            return wait;
        }
    }

    private void Leave(Dictionary<string, JobWait> waits, string id, JobWait wait)
    {
        lock (_lock)
        {
            if (--wait.Clients == 0) waits.Remove(id);
            _count = _ofJobs.Count + _ofBatches.Count;
        }
    }
}
