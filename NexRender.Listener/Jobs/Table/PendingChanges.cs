using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Table;

/// <summary>The changes that are not known to be durable: rolled back if they fail, published once they are durable.</summary>
internal sealed class PendingChanges
{
    private readonly Lock _storeLock;
    private readonly IJobStorage _storage;
    private readonly ChangeFeed _feed;
    private readonly Action _publish;

    // Guarded by the store's lock.
    private readonly Queue<PendingChange> _changes = new();
    private Batch? _watched;

    // Held while changes are published, so that two batches cannot be published in the wrong order. Taken before the store's lock.
    private readonly Lock _publishing = new();

    public PendingChanges(Lock storeLock, IJobStorage storage, ChangeFeed feed)
    {
        (_storeLock, _storage, _feed) = (storeLock, storage, feed);
        _publish = Publish;
    }

    /// <summary>Adds a change that was appended to the storage; the caller holds the store's lock.</summary>
    public void Add_NeedsLock(in PendingChange change, Batch batch)
    {
        _changes.Enqueue(change);
        if (ReferenceEquals(batch, _watched)) return;
        // One continuation for a batch, however many changes it has; it never runs here, under the lock, but on the thread pool.
        _watched = batch;
        batch.Done.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_publish);
    }

    /// <summary>Rolls back every change after a sequence number, the last one first; the caller holds the store's lock.</summary>
    public void RollBack_NeedsLock(JobTable table, long lastKept)
    {
        var changes = _changes.ToArray();
        _changes.Clear();
        // The changes that stay may still have to be rolled back later: they are not durable yet.
        foreach (var change in changes.Where(change => change.Change.Sequence <= lastKept)) _changes.Enqueue(change);
        foreach (var change in changes.Where(change => change.Change.Sequence > lastKept).Reverse()) RollBack(table, change);
    }

    /// <summary>Publishes the changes that are durable.</summary>
    public void Publish()
    {
        lock (_publishing)
        {
            var durable = TakeDurable();
            if (durable.Count > 0) _feed.Publish(durable);
        }
    }

    private static void RollBack(JobTable table, in PendingChange pending)
    {
        var (change, old, @new, oldSequence) = pending;
        if (old is not null && ReferenceEquals(old, @new))
        {
            table.Set(old, change.Before!);
            old.Sequence = oldSequence;
            return;
        }
        if (@new is not null) table.Remove(@new);
        else table.Removed.Forget(change.Uid);
        if (old is not null) table.Restore(old);
    }

    private List<JobChange> TakeDurable()
    {
        lock (_storeLock)
        {
            var durable = new List<JobChange>(_changes.Count);
            while (_changes.TryPeek(out var oldest) && oldest.Change.Sequence <= _storage.DurableSequence)
                durable.Add(_changes.Dequeue().Change);
            return durable;
        }
    }
}
