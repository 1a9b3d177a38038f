using System.Buffers;

namespace NexRender.Listener.Http.Gate;

/// <summary>What a client has sent and nobody has read yet. It always begins at the start of the buffer.</summary>
internal sealed class InputBuffer(ClientSocket client)
{
    // Enough for what clients send; an idle connection costs no more than this and its socket.
    private const int UsualSize = 4 << 10;

    private ValueTask<int> _pending;
    private bool _isPending;

    public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(UsualSize);

    public int Length { get; private set; }

    /// <summary>Waits for more bytes; false if none come.</summary>
    /// <param name="leastRoom">The room that there shall be for them at least.</param>
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

    /// <summary>
    /// Begins to receive what follows the present request, so that the end of a client that waits for an answer is noticed. Until
    /// <see cref="FillAsync"/> the buffer stays as it is.
    /// </summary>
    public void FillAhead()
    {
        if (_isPending || Length == Bytes.Length) return;
        _pending = client.ReceiveAsync(Bytes.AsMemory(Length));
        _isPending = true;
    }

    /// <summary>Removes bytes that have been read.</summary>
    public void Remove(int start, int count)
    {
        var behind = Bytes.AsSpan(start + count, Length - start - count);
        if (behind.Length > 0 && count > 0) behind.CopyTo(Bytes.AsSpan(start));
        Length -= count;
    }

    /// <summary>Removes the first bytes, and gives up a large buffer that is not needed any more.</summary>
    public void Consume(int count)
    {
        Remove(0, count);
        if (Bytes.Length > UsualSize && Length < UsualSize) Resize(UsualSize);
    }

    /// <summary>Takes the receive that was begun ahead, for whoever closes the connection.</summary>
    public ValueTask<int>? TakePending()
    {
        if (!_isPending) return null;
        _isPending = false;
        return _pending;
    }

    /// <summary>Gives the buffer back. A receive may still be going on in it after an error: then it is left to the collector.</summary>
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
