using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Reading;

/// <summary>Reads jobs of which every version that it returns is durable.</summary>
/// <remarks>
/// A read waits for the changes that it would show, so that a client sees the newest version at once. If the disk does not respond, it
/// shows the last durable version instead.
/// </remarks>
internal sealed class JobReader(
    Lock storeLock, JobTable table, PendingChanges pending, IJobStorage storage, RetryPolicy policy, TimeProvider clock)
{
    private static readonly TimeSpan DurabilityTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Returns a job; <c>null</c> if there is none.</summary>
    public async ValueTask<JobVersion?> FindAsync(string uid)
    {
        while (true)
        {
            JobVersion? found;
            Task<StorageFailure?>? durable;
            lock (storeLock)
            {
                var entry = table.Find(uid);
                found = entry is null ? null : new JobVersion(entry.Job, entry.Sequence);
                // A removal must be durable, too, before a response shows it.
                durable = WhenDurable_NeedsLock(entry?.Sequence ?? storage.LastSequence);
            }
            if (durable is null) return found;
            if (!await EndsAsync(durable).ConfigureAwait(false))
            {
                lock (storeLock) return pending.FindDurable(uid) is { } job ? new JobVersion(job, null) : null;
            }
            if (await durable.ConfigureAwait(false) is null) return found;
        }
    }

    /// <summary>Returns all jobs in their order of creation.</summary>
    /// <returns>The jobs, and the last change that they show; <c>null</c> if the disk does not respond.</returns>
    public async ValueTask<(Job[] Jobs, long? Sequence)> ListAsync()
    {
        while (true)
        {
            Job[] jobs;
            long sequence;
            Task<StorageFailure?>? durable;
            lock (storeLock)
            {
                (jobs, sequence) = (table.Jobs.ToArray(), storage.LastSequence);
                durable = WhenDurable_NeedsLock(sequence);
            }
            if (durable is null) return (jobs, sequence);
            if (!await EndsAsync(durable).ConfigureAwait(false))
            {
                lock (storeLock) return ([.. pending.ListDurable().Values], null);
            }
            if (await durable.ConfigureAwait(false) is null) return (jobs, sequence);
        }
    }

    /// <summary>Returns the last change; <c>null</c> while it is not durable yet.</summary>
    public long? DurableSequence()
    {
        lock (storeLock)
        {
            var last = storage.LastSequence;
            return last <= storage.DurableSequence ? last : null;
        }
    }

    /// <summary>Returns true if a job was removed so lately that its worker may not know.</summary>
    public bool WasRemovedLately(string uid)
    {
        lock (storeLock) return table.Removed.Contains(uid);
    }

    /// <summary>Returns a view of the status objects as of now.</summary>
    public StatusView Statuses() => StatusView.Take(storeLock, table, policy, clock.GetUtcNow());

    /// <summary>Counts the jobs in each state.</summary>
    public SortedDictionary<string, int> CountByState()
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        lock (storeLock)
        {
            if (table.Jobs.Stale > 0)
            {
                foreach (var entry in table.Jobs.Entries()) counts[entry.Job.State] = counts.GetValueOrDefault(entry.Job.State) + 1;
                return counts;
            }
            foreach (var (state, count) in table.States.Counts) counts.Add(state, count);
        }
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

    /// <summary>Waits for a change to become durable or to be rolled back.</summary>
    /// <returns>True if it has ended; false if the disk does not respond.</returns>
    public static async ValueTask<bool> EndsAsync(Task durable)
    {
        if (!durable.IsCompleted)
            await durable.WaitAsync(DurabilityTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return durable.IsCompleted;
    }

    /// <summary>Returns the end of a change; <c>null</c> if it is durable.</summary>
    // Read without the lock, the change might have been rolled back meanwhile, and its number given to another one.
    public Task<StorageFailure?>? WhenDurable_NeedsLock(long sequence) =>
        sequence <= storage.DurableSequence ? null : storage.WhenDurableAsync(sequence);
}
