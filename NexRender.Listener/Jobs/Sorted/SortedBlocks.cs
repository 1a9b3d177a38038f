namespace NexRender.Listener.Jobs.Sorted;

/// <summary>
/// Items in the order of their keys, in small blocks: a change moves the items of one block only, and an item costs no object of its own,
/// as it would in a tree. Not thread-safe.
/// </summary>
/// <typeparam name="T">The type of the items.</typeparam>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <param name="keyOf">Returns the key of an item: different for each, and the same as long as the item is in here.</param>
internal class SortedBlocks<T, TKey>(Func<T, TKey> keyOf)
    where T : class
    where TKey : struct, IComparable<TKey>
{
    private const int FirstBlockSize = 4;
    private const int MaxBlockSize = 256;

    private readonly List<Block> _blocks = [];

    // The first key of each block, so that the search for a block reads one array.
    private readonly List<TKey> _firstKeys = [];

    public int Count { get; private set; }

    /// <summary>The first item; <c>null</c> if there is none.</summary>
    public T? First => Count == 0 ? null : _blocks[0].Items[0];

    /// <summary>The items in order.</summary>
    public IEnumerable<T> Items => From(0, 0);

    /// <summary>Adds an item in its place.</summary>
    public void Add(T item)
    {
        Count++;
        var key = keyOf(item);
        if (_blocks.Count == 0) Insert(0, new Block(keyOf, FirstBlockSize), key);
        var at = Math.Max(FindBlock(key), 0);
        if (_blocks[at].Count == MaxBlockSize) at = MakeRoom(at, key);
        if (_blocks[at].Add(item, key) == 0) _firstKeys[at] = key;
    }

    /// <summary>Removes an item.</summary>
    /// <returns>False if there is none with its key.</returns>
    public bool Remove(T item)
    {
        var key = keyOf(item);
        var at = FindBlock(key);
        if (at < 0 || !_blocks[at].Remove(key)) return false;
        Count--;
        if (_blocks[at].Count > 0)
        {
            _firstKeys[at] = keyOf(_blocks[at].Items[0]);
            return true;
        }
        _blocks.RemoveAt(at);
        _firstKeys.RemoveAt(at);
        return true;
    }

    /// <summary>Returns true if the key of an item is before the key of another one.</summary>
    public bool IsBefore(T item, T other) => keyOf(item).CompareTo(keyOf(other)) < 0;

    /// <summary>Returns the items after a key, in order.</summary>
    public IEnumerable<T> After(TKey key)
    {
        var at = Math.Max(FindBlock(key), 0);
        if (at >= _blocks.Count) return [];
        var place = _blocks[at].FirstFrom(key);
        if (place < _blocks[at].Count && keyOf(_blocks[at].Items[place]).CompareTo(key) == 0) place++;
        return From(at, place);
    }

    /// <summary>Returns the items before a key, the last one first.</summary>
    public IEnumerable<T> Before(TKey key)
    {
        var at = FindBlock(key);
        if (at < 0) yield break;
        var place = _blocks[at].FirstFrom(key) - 1;
        while (true)
        {
            for (; place >= 0; place--) yield return _blocks[at].Items[place];
            if (--at < 0) yield break;
            place = _blocks[at].Count - 1;
        }
    }

    private IEnumerable<T> From(int at, int place)
    {
        for (; at < _blocks.Count; at++, place = 0)
        {
            for (; place < _blocks[at].Count; place++) yield return _blocks[at].Items[place];
        }
    }

    // The last block that begins at or before a key; -1 if all of them begin after it.
    private int FindBlock(TKey key)
    {
        var (low, high) = (0, _firstKeys.Count);
        // New jobs come at the end.
        if (high > 0 && _firstKeys[^1].CompareTo(key) <= 0) return high - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_firstKeys[middle].CompareTo(key) <= 0) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    // Items that come at an end fill their blocks there; anywhere else a block is split in two.
    private int MakeRoom(int at, TKey key)
    {
        var full = _blocks[at];
        if (at == _blocks.Count - 1 && keyOf(full.Items[^1]).CompareTo(key) < 0)
        {
            Insert(at + 1, new Block(keyOf, FirstBlockSize), key);
            return at + 1;
        }
        if (at == 0 && key.CompareTo(_firstKeys[0]) < 0)
        {
            Insert(0, new Block(keyOf, FirstBlockSize), key);
            return 0;
        }
        var second = full.Split();
        Insert(at + 1, second, keyOf(second.Items[0]));
        return key.CompareTo(_firstKeys[at + 1]) < 0 ? at : at + 1;
    }

    private void Insert(int at, Block block, TKey firstKey)
    {
        _blocks.Insert(at, block);
        _firstKeys.Insert(at, firstKey);
    }

    private sealed class Block(Func<T, TKey> keyOf, int capacity)
    {
        public T[] Items { get; private set; } = new T[capacity];

        public int Count { get; private set; }

        /// <summary>Adds an item and returns its place.</summary>
        public int Add(T item, TKey key)
        {
            if (Count == Items.Length) Grow();
            var at = FirstFrom(key);
            Array.Copy(Items, at, Items, at + 1, Count - at);
            Items[at] = item;
            Count++;
            return at;
        }

        /// <summary>Removes the item with a key.</summary>
        /// <returns>False if there is none.</returns>
        public bool Remove(TKey key)
        {
            var at = FirstFrom(key);
            if (at == Count || keyOf(Items[at]).CompareTo(key) != 0) return false;
            Count--;
            Array.Copy(Items, at + 1, Items, at, Count - at);
            Items[Count] = null!;
            return true;
        }

        /// <summary>Moves the second half into a new block.</summary>
        public Block Split()
        {
            var kept = Count / 2;
            var second = new Block(keyOf, MaxBlockSize) { Count = Count - kept };
            Array.Copy(Items, kept, second.Items, 0, second.Count);
            Array.Clear(Items, kept, second.Count);
            Count = kept;
            return second;
        }

        /// <summary>Returns the place of the first item that is not before a key.</summary>
        public int FirstFrom(TKey key)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (keyOf(Items[middle]).CompareTo(key) < 0) low = middle + 1;
                else high = middle;
            }
            return low;
        }

        private void Grow()
        {
            var items = new T[Math.Min(Count * 4, MaxBlockSize)];
            Array.Copy(Items, items, Count);
            Items = items;
        }
    }
}
