using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The changes that are not known to be durable: rolled back if they fail, published once they are durable. Guarded by the store's lock.
/// </summary>
internal sealed class PendingChanges(JobTable table, IJobStorage storage)
{
    private readonly Queue<PendingItem> _items = new();

    public int Count => _items.Count;

    /// <summary>Adds a change that was appended to the storage.</summary>
    public void Add(in PendingChange change) => _items.Enqueue(new PendingItem(change, null));

    /// <summary>Adds a change of many jobs that was appended to the storage.</summary>
    public void Add(BulkCommit change) => _items.Enqueue(new PendingItem(default, change));

    /// <summary>Removes the changes that are durable, if nobody wants to know of them.</summary>
    public void DropDurable()
    {
        var last = storage.DurableSequence;
        while (_items.TryPeek(out var oldest) && oldest.LastSequence <= last) _items.Dequeue();
    }

    /// <summary>Removes the changes that are durable and adds them to a list, in order.</summary>
    public void TakeDurable(List<PendingItem> durable)
    {
        var last = storage.DurableSequence;
        while (_items.TryPeek(out var oldest) && oldest.LastSequence <= last) durable.Add(_items.Dequeue());
    }

    /// <summary>Returns the last durable version of a job; <c>null</c> if there is none.</summary>
    public Job? FindDurable(string uid)
    {
        // The first of the changes that are not durable knows what was there before all of them.
        foreach (var (change, _, _, _) in Pending())
        {
            if (change.Uid == uid) return change.Before;
        }
        return table.Find(uid)?.Job;
    }

    /// <summary>
    /// Returns the last durable versions of all jobs by their place in the order; takes longer than a copy of the present ones.
    /// </summary>
    public SortedDictionary<long, Job> ListDurable()
    {
        var jobs = new SortedDictionary<long, Job>(table.Jobs.Entries().ToDictionary(entry => entry.Order, entry => entry.Job));
        foreach (var (change, old, @new, _) in Pending().Reverse())
        {
            if (@new is not null) jobs.Remove(@new.Order);
            if (old is not null) jobs[old.Order] = change.Before!;
        }
        return jobs;
    }

    /// <summary>Rolls back every change after a sequence number, the last one first.</summary>
    public void RollBack(long lastKept)
    {
        var items = _items.ToArray();
        _items.Clear();
        // The changes that stay may still have to be rolled back later: they are not durable yet.
        foreach (var item in items.Where(item => item.LastSequence <= lastKept)) _items.Enqueue(item);
        foreach (var item in items.Where(item => item.LastSequence > lastKept).Reverse())
        {
            if (item.Many is null) RollBack(item.Single);
            else item.Many.RollBack(table, change => RollBack(change));
        }
    }

    private IEnumerable<PendingChange> Pending() =>
        _items.Where(item => item.LastSequence > storage.DurableSequence).SelectMany(item => item.Changes);

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
