namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// The jobs in their order of creation. Guarded by the store's lock. A removed job leaves a hole in its slot; the holes are closed when
/// the list would have to grow and they are the greater part of it. So only a copy depends on the number of jobs.
/// </summary>
internal sealed class JobList
{
    private JobEntry?[] _slots = new JobEntry?[16];

    // The versions of the entries, so that a copy of all does not have to look at each entry.
    private Job?[] _jobs = new Job?[16];
    private int _used;
    private int _count;

    /// <summary>The number of jobs, without those that are gone.</summary>
    public int Count => _count - Gone;

    /// <summary>The number of entries that were removed together with many others, and are still in the list.</summary>
    public int Gone { get; set; }

    /// <summary>The number of entries that were changed or removed together with many others, and whose slots do not know it yet.</summary>
    public int Stale { get; set; }

    /// <summary>The number of slots, with the holes. May be read without the lock.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>The order of the next new entry.</summary>
    public long NextOrder { get; private set; } = 1;

    /// <summary>Makes room for so many entries.</summary>
    public void Expect(int count)
    {
        if (count > _slots.Length) Grow(count);
    }

    /// <summary>Adds an entry at the end; its order must be <see cref="NextOrder"/>.</summary>
    public void Append(JobEntry entry)
    {
        NextOrder = entry.Order + 1;
        if (_used == _slots.Length) MakeRoom();
        entry.Slot = _used;
        _jobs[_used] = entry.Job;
        _slots[_used++] = entry;
        _count++;
    }

    /// <summary>Follows a change of an entry's version.</summary>
    public void Update(JobEntry entry) => _jobs[entry.Slot] = entry.Job;

    /// <summary>Removes an entry.</summary>
    public void Remove(JobEntry entry)
    {
        _slots[entry.Slot] = null;
        _jobs[entry.Slot] = null;
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
        _jobs[at] = entry.Job;
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
        if (Stale > 0) return [.. Entries().Select(entry => entry.Job)];
        var copy = new Job[Count];
        var at = 0;
        foreach (var job in _jobs.AsSpan(0, _used))
        {
            if (job is not null) copy[at++] = job;
        }
        return copy;
    }

    /// <summary>Copies the entries and their current versions, with the holes, which are <c>null</c>.</summary>
    /// <param name="entries">Receives the entries.</param>
    /// <param name="jobs">Receives the versions.</param>
    /// <returns>True if both have the room, which is <see cref="Used"/>; otherwise nothing was copied.</returns>
    public bool TryCopyTo(JobEntry?[] entries, Job?[] jobs)
    {
        if (entries.Length < _used || jobs.Length < _used) return false;
        _slots.AsSpan(0, _used).CopyTo(entries);
        _jobs.AsSpan(0, _used).CopyTo(jobs);
        for (var i = 0; Stale > 0 && i < _used; i++) jobs[i] = entries[i] is { IsGone: false } entry ? entry.Job : null;
        return true;
    }

    /// <summary>Returns the entries after a place in the order, the oldest first.</summary>
    public IEnumerable<JobEntry> After(long order)
    {
        for (var slot = FirstFrom(order + 1); slot < _used; slot++)
        {
            if (_slots[slot] is { IsGone: false } entry) yield return entry;
        }
    }

    /// <summary>Returns the entries before a place in the order, the newest first.</summary>
    public IEnumerable<JobEntry> Before(long order)
    {
        for (var slot = FirstFrom(order) - 1; slot >= 0; slot--)
        {
            if (_slots[slot] is { IsGone: false } entry) yield return entry;
        }
    }

    /// <summary>
    /// Returns the place of the last job that was created at or before a time, in milliseconds; 0 if there is none. It is a guess if the
    /// server's clock was set back meanwhile.
    /// </summary>
    public long LastCreatedBy(long milliseconds)
    {
        var slot = FindFirst(job => job.Job.CreatedAt > milliseconds) - 1;
        while (slot >= 0 && _slots[slot] is null) slot--;
        return slot < 0 ? 0 : _slots[slot]!.Order;
    }

    private void MakeRoom()
    {
        if (_count <= _used / 2) CloseHoles();
        else Grow(_used * 2);
    }

    private void Grow(int size)
    {
        Array.Resize(ref _slots, size);
        Array.Resize(ref _jobs, size);
    }

    private int FirstFrom(long order) => order > NextOrder ? _used : FindFirst(entry => entry.Order >= order);

    // The first slot of which the condition is true, if it is true of all after it; of a hole the next job decides.
    private int FindFirst(Predicate<JobEntry> condition)
    {
        var (low, high) = (0, _used);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var probe = middle;
            while (probe < high && _slots[probe] is null) probe++;
            if (probe == high || condition(_slots[probe]!)) high = middle;
            else low = probe + 1;
        }
        return low;
    }

    private void CloseHoles()
    {
        var kept = 0;
        for (var i = 0; i < _used; i++)
        {
            if (_slots[i] is not null) Move(i, kept++);
        }
        Array.Clear(_slots, kept, _used - kept);
        Array.Clear(_jobs, kept, _used - kept);
        _used = kept;
    }

    private void Move(int from, int to)
    {
        _jobs[to] = _jobs[from];
        _slots[to] = _slots[from];
        if (_slots[to] is { } entry) entry.Slot = to;
    }
}
