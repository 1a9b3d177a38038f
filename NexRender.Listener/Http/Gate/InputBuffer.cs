using System.Buffers;
using System.Runtime.CompilerServices;

namespace NexRender.Listener.Http.Gate;

/// <summary>The bytes that were received from a client and not consumed. They always begin at the start of the buffer.</summary>
internal sealed class InputBuffer(ClientSocket client)
{
    // Enough for the usual request. It is most of what an idle connection costs.
    private const int UsualSize = 4 << 10;

    private ValueTask<int> _receiving;
    private bool _isReceiving;

    public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(UsualSize);

    public int Length { get; private set; }

    /// <summary>Waits for more bytes; false if none are received.</summary>
    /// <param name="room">The least room for them.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync(int room = 1)
    {
        if (!_isReceiving)
        {
            if (Bytes.Length - Length < room) Resize(Bytes.Length * 2);
            _receiving = client.ReceiveAsync(Bytes.AsMemory(Length));
        }
        _isReceiving = false;
        var received = await _receiving.ConfigureAwait(false);
        Length += received;
        return received > 0;
    }

    /// <summary>
    /// Starts to receive what follows the current request, so that a client that disconnects during the request is noticed. The buffer must
    /// not change until the next <see cref="FillAsync"/>.
    /// </summary>
    public void StartFill()
    {
        // What has been received already may be the next request, which could then not be consumed.
        if (_isReceiving || Length > 0) return;
        _receiving = client.ReceiveAsync(Bytes.AsMemory(Length));
        _isReceiving = true;
    }

    /// <summary>Removes bytes.</summary>
    public void Remove(int start, int count)
    {
        var rest = Bytes.AsSpan(start + count, Length - start - count);
        if (!rest.IsEmpty && count > 0) rest.CopyTo(Bytes.AsSpan(start));
        Length -= count;
    }

    /// <summary>Removes the first bytes, and returns a large buffer that is not needed any more.</summary>
    public void Consume(int count)
    {
        Remove(0, count);
        if (Bytes.Length > UsualSize && Length < UsualSize) Resize(UsualSize);
    }

    /// <summary>Returns the buffer; only after the socket has been closed.</summary>
    public async ValueTask ReleaseAsync()
    {
        // The receive may still write into the buffer until it has ended.
        if (_isReceiving) await _receiving.ConfigureAwait(false);
        _isReceiving = false;
        ArrayPool<byte>.Shared.Return(Bytes);
        (Bytes, Length) = ([], 0);
    }

    private void Resize(int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        Bytes.AsSpan(0, Length).CopyTo(other);
        ArrayPool<byte>.Shared.Return(Bytes);
        Bytes = other;
    }
}
