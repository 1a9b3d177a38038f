namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The jobs in their order of creation. Guarded by the store's lock. A removed job leaves a hole in its slot; the holes are closed when
/// the list would have to grow and they are the greater part of it. So only a copy depends on the number of jobs.
/// </summary>
internal sealed class JobList
{
    private JobEntry?[] _slots = new JobEntry?[16];
    private int _used;
    private int _count;

    /// <summary>The number of jobs, without those that are gone.</summary>
    public int Count => _count - Gone;

    /// <summary>The number of entries that were removed together with many others, and are still in the list.</summary>
    public int Gone { get; set; }

    /// <summary>The order of the next new entry.</summary>
    public long NextOrder { get; private set; } = 1;

    /// <summary>Adds an entry at the end; its order must be <see cref="NextOrder"/>.</summary>
    public void Append(JobEntry entry)
    {
        NextOrder = entry.Order + 1;
        if (_used == _slots.Length) MakeRoom();
        entry.Slot = _used;
        _slots[_used++] = entry;
        _count++;
    }

    /// <summary>Removes an entry.</summary>
    public void Remove(JobEntry entry)
    {
        _slots[entry.Slot] = null;
        entry.Slot = JobEntry.NoSlot;
        _count--;
    }

    /// <summary>Puts a removed entry back in its place. Only rollbacks do, so it may cost a pass over the list.</summary>
    public void Restore(JobEntry entry)
    {
        if (_used == _slots.Length) MakeRoom();
        var at = _used;
        while (at > 0 && (_slots[at - 1] is not { } before || before.Order > entry.Order)) at--;
        for (var i = _used; i > at; i--) Move(i - 1, i);
        _used++;
        entry.Slot = at;
        _slots[at] = entry;
        _count++;
    }

    /// <summary>The entries in order.</summary>
    public IEnumerable<JobEntry> Entries()
    {
        for (var i = 0; i < _used; i++)
        {
            if (_slots[i] is { IsGone: false } entry) yield return entry;
        }
    }

    /// <summary>Copies the current versions.</summary>
    public Job[] ToArray()
    {
        var copy = new Job[Count];
        var at = 0;
        foreach (var entry in _slots.AsSpan(0, _used))
        {
            if (entry is { IsGone: false }) copy[at++] = entry.Job;
        }
        return copy;
    }

    private void MakeRoom()
    {
        if (_count <= _used / 2) CloseHoles();
        else Array.Resize(ref _slots, _used * 2);
    }

    private void CloseHoles()
    {
        var kept = 0;
        for (var i = 0; i < _used; i++)
        {
            if (_slots[i] is not null) Move(i, kept++);
        }
        Array.Clear(_slots, kept, _used - kept);
        _used = kept;
    }

    private void Move(int from, int to)
    {
        _slots[to] = _slots[from];
        if (_slots[to] is { } entry) entry.Slot = to;
    }
}
