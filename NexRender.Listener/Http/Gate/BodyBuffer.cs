using System.Buffers;

namespace NexRender.Listener.Http.Gate;

/// <summary>A request body in segments, so that memory grows with the bytes received and a large body is never copied.</summary>
internal sealed class BodyBuffer(BodyBudget budget) : IDisposable
{
    private const int FirstSegment = 4 << 10;
    private const int LargestSegment = 64 << 10;

    private readonly List<(byte[] Bytes, int Length)> _segments = [];
    private byte[] _last = [];
    private int _lastLength;

    public long Length { get; private set; }

    /// <summary>Returns free space for the next bytes, at most the given number.</summary>
    public Memory<byte> Room(long atMost)
    {
        if (_lastLength == _last.Length) AddSegment();
        return _last.AsMemory(_lastLength, (int)Math.Min(atMost, _last.Length - _lastLength));
    }

    /// <summary>Adds bytes that were written to the free space to the length.</summary>
    public async ValueTask AdvanceAsync(int bytes)
    {
        // Only bytes reserved in the budget count as length, because only these are released.
        await budget.TakeAsync(bytes).ConfigureAwait(false);
        _lastLength += bytes;
        Length += bytes;
    }

    /// <summary>Enumerates the segments in order; each is released when the enumeration advances.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Drain()
    {
        if (_last.Length > 0) _segments.Add((_last, _lastLength));
        (_last, _lastLength) = ([], 0);
        for (var i = 0; i < _segments.Count; i++)
        {
            var (bytes, length) = _segments[i];
            yield return bytes.AsMemory(0, length);
            _segments[i] = ([], 0);
            Return(bytes, length);
        }
    }

    public void Dispose()
    {
        foreach (var (bytes, length) in _segments)
            if (bytes.Length > 0) Return(bytes, length);
        _segments.Clear();
        if (_last.Length > 0) Return(_last, _lastLength);
        (_last, _lastLength) = ([], 0);
    }

    private void AddSegment()
    {
        if (_last.Length > 0) _segments.Add((_last, _lastLength));
        (_last, _lastLength) = (ArrayPool<byte>.Shared.Rent(Math.Clamp(_last.Length * 2, FirstSegment, LargestSegment)), 0);
    }

    private void Return(byte[] bytes, int length)
    {
        budget.GiveBack(length);
        Length -= length;
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
