namespace NexRender.Listener.Jobs;

/// <summary>
/// The jobs in their order of creation. A removed job leaves a hole in its slot, and the holes are closed when the list would have to grow
/// and they are the greater part of it. So no operation but a copy depends on how many jobs there are, but for a binary search.
/// </summary>
internal sealed class JobList
{
    // Side by side: the order of each slot, ascending, and its job or a hole.
    private long[] _orders = new long[16];
    private Job?[] _slots = new Job?[16];
    private int _used;

    public int Count { get; private set; }

    /// <summary>The order that the next new job gets.</summary>
    public long NextOrder { get; private set; } = 1;

    /// <summary>Puts a job at the end; its order must be <see cref="NextOrder"/>.</summary>
    public void Append(Job job)
    {
        NextOrder = job.Order + 1;
        if (_used == _slots.Length) MakeRoom();
        (_orders[_used], _slots[_used]) = (job.Order, job);
        _used++;
        Count++;
    }

    /// <summary>Puts another version of a job in its slot, or puts a job back that was removed.</summary>
    public void Set(Job job)
    {
        var at = Find(job.Order);
        if (at < 0) at = OpenSlot(~at, job.Order);
        if (_slots[at] is null) Count++;
        _slots[at] = job;
    }

    /// <summary>Takes a job out.</summary>
    public void Remove(Job job)
    {
        _slots[Find(job.Order)] = null;
        Count--;
    }

    /// <summary>A copy of the list as it is now.</summary>
    public Job[] ToArray()
    {
        var copy = new Job[Count];
        var at = 0;
        foreach (var job in _slots.AsSpan(0, _used))
            if (job is not null) copy[at++] = job;
        return copy;
    }

    private int Find(long order) => Array.BinarySearch(_orders, 0, _used, order);

    private void MakeRoom()
    {
        if (Count <= _used / 2) CloseHoles();
        else Resize(_used * 2);
    }

    private void Resize(int length)
    {
        Array.Resize(ref _orders, length);
        Array.Resize(ref _slots, length);
    }

    private void CloseHoles()
    {
        var kept = 0;
        for (var i = 0; i < _used; i++)
        {
            if (_slots[i] is null) continue;
            (_orders[kept], _slots[kept]) = (_orders[i], _slots[i]);
            kept++;
        }
        Array.Clear(_slots, kept, _used - kept);
        _used = kept;
    }

    // Only where the hole of a job was closed before its removal was taken back.
    private int OpenSlot(int at, long order)
    {
        if (_used == _slots.Length) Resize(_used * 2);
        Array.Copy(_orders, at, _orders, at + 1, _used - at);
        Array.Copy(_slots, at, _slots, at + 1, _used - at);
        (_orders[at], _slots[at]) = (order, null);
        _used++;
        return at;
    }
}
