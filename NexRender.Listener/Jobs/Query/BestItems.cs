namespace NexRender.Listener.Jobs.Query;

/// <summary>Keeps the first items of an order, so that a page of a long list does not sort all of it.</summary>
/// <param name="comparer">The order.</param>
/// <param name="limit">The number of items to keep.</param>
internal sealed class BestItems<T>(IComparer<T> comparer, long limit)
{
    private readonly List<T> _kept = [];

    public void Add(T item)
    {
        _kept.Add(item);
        // Sorting twice as many as are kept, now and then, costs less than a place for each.
        if (_kept.Count >= limit * 2 && _kept.Count > 64) Trim();
    }

    /// <summary>Returns the items in order.</summary>
    public List<T> ToSortedList()
    {
        Trim();
        return _kept;
    }

    private void Trim()
    {
        _kept.Sort(comparer);
        if (_kept.Count > limit) _kept.RemoveRange((int)limit, _kept.Count - (int)limit);
    }
}
