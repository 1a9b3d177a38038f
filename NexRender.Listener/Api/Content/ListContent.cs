using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Content;

/// <summary>A JSON array that is written item by item, so that a long one is never in memory as a whole.</summary>
/// <param name="count">The number of items.</param>
/// <param name="item">Returns an item; called more than once for each, and always with the same result.</param>
/// <param name="isFile">True to write each item on a line of its own, as in the database file.</param>
internal sealed class ListContent(int count, Func<int, JsonBytes> item, bool isFile = false) : ResponseContent
{
    private static readonly byte[] Comma = [(byte)','];
    private static readonly byte[] CommaLine = ",\n"u8.ToArray();

    // So many items are measured without a pause.
    private const int SliceSize = 1024;

    private long? _length;

    public int Count => count;

    /// <summary>The bytes before the first item.</summary>
    public byte[] Opening { get; } = isFile && count > 0 ? "[\n"u8.ToArray() : "["u8.ToArray();

    /// <summary>The bytes between two items.</summary>
    public byte[] Separator { get; } = isFile ? CommaLine : Comma;

    /// <summary>The bytes after the last item.</summary>
    public byte[] Closing { get; } = !isFile ? "]"u8.ToArray() : count > 0 ? "\n]\n"u8.ToArray() : "]\n"u8.ToArray();

    /// <summary>The length in bytes; <c>null</c> until it was measured.</summary>
    public override long? Length => _length;

    public JsonBytes this[int index] => item(index);

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

    private long Brackets => Opening.Length + Closing.Length + ((long)Separator.Length * Math.Max(0, count - 1));
}
