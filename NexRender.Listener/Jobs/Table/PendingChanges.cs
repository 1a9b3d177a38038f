using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The changes that are not known to be durable: rolled back if they fail, published once they are durable. Guarded by the store's lock.
/// </summary>
internal sealed class PendingChanges(JobTable table, IJobStorage storage)
{
    private readonly Queue<PendingChange> _changes = new();

    public int Count => _changes.Count;

    /// <summary>Adds a change that was appended to the storage.</summary>
    public void Add(in PendingChange change) => _changes.Enqueue(change);

    /// <summary>Removes the changes that are durable, if nobody wants to know of them.</summary>
    public void DropDurable()
    {
        var last = storage.DurableSequence;
        while (_changes.TryPeek(out var oldest) && oldest.Change.Sequence <= last) _changes.Dequeue();
    }

    /// <summary>Removes the changes that are durable and adds them to a list, in order.</summary>
    public void TakeDurable(List<JobChange> durable)
    {
        var last = storage.DurableSequence;
        while (_changes.TryPeek(out var oldest) && oldest.Change.Sequence <= last) durable.Add(_changes.Dequeue().Change);
    }

    /// <summary>Returns the last durable version of a job; <c>null</c> if there is none.</summary>
    public Job? FindDurable(string uid)
    {
        // The first of the changes that are not durable knows what was there before all of them.
        foreach (var (change, _, _, _) in _changes)
        {
            if (change.Sequence > storage.DurableSequence && change.Uid == uid) return change.Before;
        }
        return table.Find(uid)?.Job;
    }

    /// <summary>Returns the last durable versions of all jobs in their order; takes longer than a copy of the present ones.</summary>
    public Job[] ListDurable()
    {
        var jobs = new SortedDictionary<long, Job>(table.Entries().ToDictionary(entry => entry.Order, entry => entry.Job));
        foreach (var (change, old, @new, _) in _changes.Where(change => change.Change.Sequence > storage.DurableSequence).Reverse())
        {
            if (@new is not null) jobs.Remove(@new.Order);
            if (old is not null) jobs[old.Order] = change.Before!;
        }
        return [.. jobs.Values];
    }

    /// <summary>Rolls back every change after a sequence number, the last one first.</summary>
    public void RollBack(long lastKept)
    {
        var changes = _changes.ToArray();
        _changes.Clear();
        // The changes that stay may still have to be rolled back later: they are not durable yet.
        foreach (var change in changes.Where(change => change.Change.Sequence <= lastKept)) _changes.Enqueue(change);
        foreach (var change in changes.Where(change => change.Change.Sequence > lastKept).Reverse()) RollBack(change);
    }

    private void RollBack(in PendingChange pending)
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
}
