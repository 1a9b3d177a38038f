namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// Some of the jobs in their order of creation, in small blocks: a change moves the entries of one block only, and a page can begin at any
/// place. Guarded by the store's lock.
/// </summary>
internal sealed class OrderedEntries
{
    private const int FirstBlockSize = 4;
    private const int MaxBlockSize = 256;

    private readonly List<Block> _blocks = [];

    public int Count { get; private set; }

    /// <summary>Adds an entry in its place.</summary>
    public void Add(JobEntry entry)
    {
        Count++;
        var at = FindBlock(entry.Order);
        if (at < 0)
        {
            _blocks.Insert(0, new Block(FirstBlockSize));
            at = 0;
        }
        else if (_blocks[at].Count == MaxBlockSize)
        {
            // New jobs come at the end, where a full block stays full; anywhere else a block is split in two.
            var isAtEnd = at == _blocks.Count - 1 && _blocks[at].Last.Order < entry.Order;
            _blocks.Insert(at + 1, isAtEnd ? new Block(FirstBlockSize) : _blocks[at].Split());
            if (isAtEnd || _blocks[at + 1].First.Order < entry.Order) at++;
        }
        _blocks[at].Add(entry);
    }

    /// <summary>Removes an entry that was added.</summary>
    public void Remove(JobEntry entry)
    {
        Count--;
        var at = FindBlock(entry.Order);
        _blocks[at].Remove(entry);
        if (_blocks[at].Count == 0) _blocks.RemoveAt(at);
    }

    /// <summary>Returns the entries after a place in the order, the oldest first.</summary>
    public IEnumerable<JobEntry> After(long order)
    {
        var block = Math.Max(FindBlock(order), 0);
        var item = block < _blocks.Count ? _blocks[block].FirstFrom(order + 1) : 0;
        for (; block < _blocks.Count; block++, item = 0)
        {
            for (; item < _blocks[block].Count; item++) yield return _blocks[block][item];
        }
    }

    /// <summary>Returns the entries before a place in the order, the newest first.</summary>
    public IEnumerable<JobEntry> Before(long order)
    {
        var block = FindBlock(order);
        if (block < 0) yield break;
        var item = _blocks[block].FirstFrom(order) - 1;
        while (true)
        {
            for (; item >= 0; item--) yield return _blocks[block][item];
            if (--block < 0) yield break;
            item = _blocks[block].Count - 1;
        }
    }

    // The last block that begins at or before the place; -1 if all of them begin after it.
    private int FindBlock(long order)
    {
        var (low, high) = (0, _blocks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle].First.Order <= order) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    private sealed class Block(int capacity)
    {
        private JobEntry[] _items = new JobEntry[capacity];

        public int Count { get; private set; }

        public JobEntry First => _items[0];

        public JobEntry Last => _items[Count - 1];

        public JobEntry this[int index] => _items[index];

        public void Add(JobEntry entry)
        {
            if (Count == _items.Length) Array.Resize(ref _items, Math.Min(Count * 4, MaxBlockSize));
            var at = FirstFrom(entry.Order);
            Array.Copy(_items, at, _items, at + 1, Count - at);
            _items[at] = entry;
            Count++;
        }

        public void Remove(JobEntry entry)
        {
            var at = FirstFrom(entry.Order);
            Count--;
            Array.Copy(_items, at + 1, _items, at, Count - at);
            _items[Count] = null!;
        }

        /// <summary>Moves the second half into a new block.</summary>
        public Block Split()
        {
            var kept = Count / 2;
            var second = new Block(MaxBlockSize) { Count = Count - kept };
            Array.Copy(_items, kept, second._items, 0, second.Count);
            Array.Clear(_items, kept, second.Count);
            Count = kept;
            return second;
        }

        /// <summary>Returns the place of the first entry that is not before an order.</summary>
        public int FirstFrom(long order)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_items[middle].Order < order) low = middle + 1;
                else high = middle;
            }
            return low;
        }
    }
}
