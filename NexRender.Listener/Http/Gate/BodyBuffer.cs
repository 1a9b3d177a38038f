using System.Buffers;

namespace NexRender.Listener.Http.Gate;

/// <summary>
/// A body in segments that grow with it: a body that arrives slowly uses little more memory than has arrived, and a large one is not
/// copied.
/// </summary>
internal sealed class BodyBuffer(BodyBudget budget) : IDisposable
{
    private const int FirstSegmentSize = 4 << 10;
    private const int MaxSegmentSize = 64 << 10;

    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _last = [];
    private int _lastLength;

    public long Length { get; private set; }

    /// <summary>Returns room for the next bytes.</summary>
    /// <param name="max">The most bytes that are needed.</param>
    public Memory<byte> Room(long max)
    {
        if (_lastLength == _last.Length) AddSegment(Math.Clamp(_last.Length * 2, FirstSegmentSize, MaxSegmentSize));
        return _last.AsMemory(_lastLength, (int)Math.Min(max, _last.Length - _lastLength));
    }

    /// <summary>Adds bytes that were written to the room.</summary>
    /// <exception cref="HttpStatusException">The budget is exhausted.</exception>
    public async ValueTask AdvanceAsync(int count)
    {
        await budget.ReserveAsync(count).ConfigureAwait(false);
        _lastLength += count;
        Length += count;
    }

    /// <summary>Returns the segments in order. The memory of each is returned before the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Drain()
    {
        if (_last.Length > 0) AddSegment(0);
        for (var i = 0; i < _full.Count; i++)
        {
            var segment = _full[i];
            yield return segment;
            _full[i] = ArraySegment<byte>.Empty;
            ArrayPool<byte>.Shared.Return(segment.Array!);
        }
    }

    public void Dispose() => Clear();

    /// <summary>Removes all bytes and returns their memory.</summary>
    public void Clear()
    {
        if (_last.Length > 0) AddSegment(0);
        foreach (var segment in _full)
        {
            if (segment.Count > 0) ArrayPool<byte>.Shared.Return(segment.Array!);
        }
        _full.Clear();
        // Not earlier: the listener behind the gate has a copy of the body until it has responded.
        budget.Release(Length);
        Length = 0;
    }

    private void AddSegment(int size)
    {
        if (_lastLength > 0) _full.Add(new ArraySegment<byte>(_last, 0, _lastLength));
        (_last, _lastLength) = (size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size), 0);
    }
}
