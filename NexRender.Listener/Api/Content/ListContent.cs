namespace NexRender.Listener.Api.Content;

/// <summary>A JSON array that is written item by item, so that a long one is never in memory as a whole.</summary>
/// <param name="count">The number of items.</param>
/// <param name="item">Returns an item; called more than once for each, and always with the same result.</param>
internal sealed class ListContent(int count, Func<int, byte[]> item) : ResponseContent
{
    // So many items are measured without a pause.
    private const int SliceSize = 1024;

    private long? _length;

    public int Count => count;

    /// <summary>The length in bytes; <c>null</c> until it was measured.</summary>
    public override long? Length => _length;

    public byte[] this[int index] => item(index);

    /// <summary>Measures every item, in slices, so that a long list does not keep a thread from other requests.</summary>
    public async ValueTask MeasureAsync()
    {
        var length = Brackets;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && i % SliceSize == 0) await Task.Yield();
            length += item(i).Length;
        }
        _length = length;
    }

    /// <summary>Returns true if the list is longer than a number of bytes; looks at no more items than that takes.</summary>
    public bool IsLongerThan(long limit)
    {
        var length = _length ?? Brackets;
        for (var i = 0; _length is null && i < count && length <= limit; i++) length += item(i).Length;
        return length > limit;
    }

    private long Brackets => 2L + Math.Max(0, count - 1);
}
