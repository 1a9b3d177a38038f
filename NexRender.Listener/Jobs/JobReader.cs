using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs;

/// <summary>Reads jobs of which every version that it returns is durable.</summary>
/// <remarks>
/// A read waits for the changes that it would show, so that a client sees the newest version at once. If the disk does not respond, it
/// shows the last durable version instead.
/// </remarks>
internal sealed class JobReader(Lock storeLock, JobTable table, PendingChanges pending, IJobStorage storage)
{
    private static readonly TimeSpan DurabilityTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Returns a job; <c>null</c> if there is none.</summary>
    public async ValueTask<Job?> FindAsync(string uid)
    {
        while (true)
        {
            Job? job;
            Task<StorageFailure?>? durable;
            lock (storeLock)
            {
                var entry = table.Find(uid);
                job = entry?.Job;
                // A removal must be durable, too, before anyone learns of it.
                durable = WhenDurable_NeedsLock(entry?.Sequence ?? storage.LastSequence);
            }
            if (durable is null) return job;
            if (!await EndsAsync(durable).ConfigureAwait(false))
            {
                lock (storeLock) return pending.FindDurable(uid);
            }
            if (await durable.ConfigureAwait(false) is null) return job;
        }
    }

    /// <summary>Returns all jobs in their order of creation.</summary>
    public async ValueTask<Job[]> ListAsync()
    {
        while (true)
        {
            Job[] jobs;
            Task<StorageFailure?>? durable;
            lock (storeLock) (jobs, durable) = (table.ToArray(), WhenDurable_NeedsLock(storage.LastSequence));
            if (durable is null) return jobs;
            if (!await EndsAsync(durable).ConfigureAwait(false))
            {
                lock (storeLock) return pending.ListDurable();
            }
            if (await durable.ConfigureAwait(false) is null) return jobs;
        }
    }

    /// <summary>Returns true if a job was removed so lately that its worker may not know.</summary>
    public bool WasRemovedLately(string uid)
    {
        lock (storeLock) return table.Removed.Contains(uid);
    }

    /// <summary>Counts the jobs in each state.</summary>
    public SortedDictionary<string, int> CountByState()
    {
        Job[] jobs;
        lock (storeLock) jobs = table.ToArray();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var job in jobs) counts[job.State] = counts.GetValueOrDefault(job.State) + 1;
        return counts;
    }

    /// <summary>Returns the entry and the present version of a job, to be changed.</summary>
    /// <param name="uid">The uid of the job.</param>
    /// <param name="durable">Completes once the version is durable or rolled back; <c>null</c> if it is durable.</param>
    public (JobEntry Entry, Job Job)? Look(string uid, out Task<StorageFailure?>? durable)
    {
        lock (storeLock)
        {
            var entry = table.Find(uid);
            durable = entry is null ? null : WhenDurable_NeedsLock(entry.Sequence);
            return entry is null ? null : (entry, entry.Job);
        }
    }

    private static async ValueTask<bool> EndsAsync(Task durable)
    {
        if (!durable.IsCompleted)
            await durable.WaitAsync(DurabilityTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return durable.IsCompleted;
    }

    // Read without the lock, the change might have been rolled back meanwhile, and its number given to another one.
    private Task<StorageFailure?>? WhenDurable_NeedsLock(long sequence) =>
        sequence <= storage.DurableSequence ? null : storage.WhenDurableAsync(sequence);
}
