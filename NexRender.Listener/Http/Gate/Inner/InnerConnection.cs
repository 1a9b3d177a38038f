using System.Buffers;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>A connection to the inner listener, with the buffer for its requests and responses.</summary>
internal sealed class InnerConnection : IDisposable
{
    /// <summary>The free space before a response in the buffer, for headers that the gate adds.</summary>
    public const int Headroom = 128;

    private const int BufferSize = 8 << 10;

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly Action<InnerConnection> _onClosed;
    private CancellationTokenSource? _disconnected;
    private bool _isAborted;
    private bool _isDisposed;

    public InnerConnection(Socket socket, int number, Action<InnerConnection> onClosed) =>
        (_socket, Number, _onClosed) = (socket, number, onClosed);

    /// <summary>The number that identifies the connection in the <see cref="Envelope"/>.</summary>
    public int Number { get; }

    /// <summary>The rented buffer; a <see cref="ByteWriter"/> may replace it with a larger one.</summary>
    public byte[] Buffer { get; set; } = ArrayPool<byte>.Shared.Rent(BufferSize);

    /// <summary>The time of the last use, as <see cref="Environment.TickCount64"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>Returns true if an exception means that the connection has failed.</summary>
    public static bool IsFailure(Exception e) => e is SocketException or ObjectDisposedException or IOException;

    public ValueTask<int> SendAllAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    /// <summary>A token that is cancelled when the client of the current request disconnects.</summary>
    public CancellationToken Disconnected
    {
        get
        {
            lock (_lock)
            {
                if (_isAborted || _isDisposed) return new CancellationToken(canceled: true);
                return (_disconnected ??= new CancellationTokenSource()).Token;
            }
        }
    }

    /// <summary>Prepares the connection for the next request: discards the token, and replaces an enlarged buffer.</summary>
    public void Reset()
    {
        lock (_lock) _disconnected = null;
        if (Buffer.Length <= 2 * BufferSize) return;
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    /// <summary>Aborts the current request because its client has disconnected; thread-safe.</summary>
    /// <remarks>Pending operations fail; the caller that rented the connection still disposes it.</remarks>
    public void Abort()
    {
        CancellationTokenSource? disconnected;
        lock (_lock) (disconnected, _isAborted) = (_disconnected, true);
        _socket.Dispose();
        // Asynchronous, because callbacks must not run on the thread that checks the deadlines.
        if (disconnected is not null) _ = disconnected.CancelAsync();
    }

    public void Dispose()
    {
        CancellationTokenSource? disconnected;
        lock (_lock)
        {
            if (_isDisposed) return;
            (_isDisposed, disconnected) = (true, _disconnected);
        }
        _socket.Dispose();
        _onClosed(this);
        ArrayPool<byte>.Shared.Return(Buffer);
        if (disconnected is not null) _ = disconnected.CancelAsync();
    }
}
