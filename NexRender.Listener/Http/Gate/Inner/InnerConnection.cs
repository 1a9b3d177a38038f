using System.Buffers;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>A connection to the listener behind the gate, with the buffer that a request leaves by and its answer comes by.</summary>
internal sealed class InnerConnection : IDisposable
{
    /// <summary>The room before an answer, for the headers that the gate adds to it.</summary>
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

    /// <summary>The number by which the inside names the connection.</summary>
    public int Number { get; }

    /// <summary>The buffer; a writer may replace it by a larger rented one.</summary>
    public byte[] Buffer { get; set; } = ArrayPool<byte>.Shared.Rent(BufferSize);

    /// <summary>When it was last used, in milliseconds of the system's uptime.</summary>
    public long IdleSince { get; set; }

    /// <summary>True if an error means that the connection has ended.</summary>
    public static bool IsFailure(Exception e) => e is SocketException or ObjectDisposedException or IOException;

    public ValueTask<int> SendAllAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    /// <summary>Cancelled when the client whose request uses the connection has disconnected.</summary>
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

    /// <summary>Prepares for the next request: gives up the token of the last one, and a buffer that was needed for a large head.</summary>
    public void Reset()
    {
        lock (_lock) _disconnected = null;
        if (Buffer.Length <= 2 * BufferSize) return;
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    /// <summary>
    /// Ends the request because its client has disconnected; on any thread. The wait for the response fails, and the connection is still
    /// to be disposed by its user.
    /// </summary>
    public void Abort()
    {
        CancellationTokenSource? disconnected;
        lock (_lock) (disconnected, _isAborted) = (_disconnected, true);
        _socket.Dispose();
        // The handlers that wait for it must not run here, on the thread that checks all deadlines.
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
