using System.Buffers;

namespace NexRender.Listener.Http.Gate;

/// <summary>The received and unprocessed bytes of a client, at the start of a rented buffer.</summary>
internal sealed class InputBuffer(ClientSocket client)
{
    // Enough for usual requests; an idle connection holds only this buffer and its socket.
    private const int UsualSize = 4 << 10;

    private ValueTask<int> _pending;
    private bool _isPending;

    public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(UsualSize);

    public int Length { get; private set; }

    /// <summary>Receives more bytes; returns false if no more are received.</summary>
    /// <param name="leastRoom">The minimum free space in the buffer.</param>
    public async ValueTask<bool> FillAsync(int leastRoom = 1)
    {
        if (!_isPending)
        {
            if (Bytes.Length - Length < leastRoom) Resize(Bytes.Length * 2);
            _pending = client.ReceiveAsync(Bytes.AsMemory(Length));
        }
        _isPending = false;
        var received = await _pending.ConfigureAwait(false);
        Length += received;
        return received > 0;
    }

    /// <summary>Starts to receive the next request, so that a client that disconnects during the current one is detected.</summary>
    /// <remarks>The contents and the length do not change before <see cref="FillAsync"/>.</remarks>
    public void FillAhead()
    {
        if (_isPending || Length == Bytes.Length) return;
        _pending = client.ReceiveAsync(Bytes.AsMemory(Length));
        _isPending = true;
    }

    /// <summary>Removes processed bytes.</summary>
    public void Remove(int start, int count)
    {
        var behind = Bytes.AsSpan(start + count, Length - start - count);
        if (behind.Length > 0 && count > 0) behind.CopyTo(Bytes.AsSpan(start));
        Length -= count;
    }

    /// <summary>Removes the first bytes, and replaces a large buffer that is no longer needed.</summary>
    public void Consume(int count)
    {
        Remove(0, count);
        if (Bytes.Length > UsualSize && Length < UsualSize) Resize(UsualSize);
    }

    /// <summary>Returns the pending receive, which the caller must await; <c>null</c> if there is none.</summary>
    public ValueTask<int>? TakePending()
    {
        if (!_isPending) return null;
        _isPending = false;
        return _pending;
    }

    /// <summary>Returns the buffer to the pool, unless a receive into it may still be pending after an error.</summary>
    public void Release()
    {
        if (!_isPending) ArrayPool<byte>.Shared.Return(Bytes);
        (Bytes, Length, _isPending) = ([], 0, true);
    }

    private void Resize(int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        Bytes.AsSpan(0, Length).CopyTo(other);
        ArrayPool<byte>.Shared.Return(Bytes);
        Bytes = other;
    }
}
