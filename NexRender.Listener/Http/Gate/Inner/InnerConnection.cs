using System.Buffers;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>A connection to the inner listener, with a buffer for the request and the response.</summary>
internal sealed class InnerConnection : IAbortable, IDisposable
{
    /// <summary>The room before a response, for the headers that the gate adds.</summary>
    public const int Headroom = 128;

    private const int BufferSize = 8 << 10;

    private readonly Lock _lock = new();
    private readonly Socket _socket;
    private readonly Action<InnerConnection> _onClosed;
    private CancellationTokenSource? _disconnected;
    private CancellationTokenSource? _closed;
    private DetachedBody? _body;
    private bool _isAborted;
    private bool _isDisposed;

    public InnerConnection(Socket socket, int number, Action<InnerConnection> onClosed) =>
        (_socket, Number, _onClosed) = (socket, number, onClosed);

    /// <summary>The number of the connection in the envelope of its requests.</summary>
    public int Number { get; }

    /// <summary>The rented buffer; it may be replaced by a larger one.</summary>
    public byte[] Buffer { get; set; } = ArrayPool<byte>.Shared.Rent(BufferSize);

    /// <summary>The progress of receiving the current response.</summary>
    public ReceiveProgress Progress { get; } = new();

    /// <summary>The time of the last use, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>Returns true if an exception means that the connection has ended.</summary>
    public static bool IsFailure(Exception e) => e is SocketException or ObjectDisposedException or IOException;

    /// <summary>Sends all bytes.</summary>
    /// <exception cref="SocketException">The connection has ended.</exception>
    public ValueTask<int> SendAllAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None);

    /// <summary>Receives bytes; 0 at the end of the connection.</summary>
    /// <exception cref="SocketException">The connection has ended.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    /// <summary>The client whose request uses the connection; <c>null</c> for none.</summary>
    public ClientSocket? Client { get; set; }

    /// <summary>True if that client has closed its sending direction, or disconnected.</summary>
    public bool HasClientClosed => Client is not { End: ClientEnd.None };

    /// <summary>Cancelled when that client has closed its sending direction, or disconnected.</summary>
    public CancellationToken ClientClosed
    {
        get
        {
            CancellationToken closed;
            lock (_lock) closed = (_closed ??= new CancellationTokenSource()).Token;
            return HasClientClosed ? new CancellationToken(canceled: true) : closed;
        }
    }

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

    /// <summary>Hands the body of the current response over to the handler; <c>null</c> if the client has disconnected.</summary>
    public DetachedBody? Detach()
    {
        lock (_lock) return _isAborted || _isDisposed || Client is null ? null : _body = new DetachedBody(Client);
    }

    /// <summary>Takes the body of the current response, which the connection has nothing to do with from now on.</summary>
    public DetachedBody? TakeBody()
    {
        lock (_lock)
        {
            var body = _body;
            _body = null;
            return body;
        }
    }

    /// <summary>Prepares for the next request: drops the token of the previous one, and returns a large buffer.</summary>
    public void Reset()
    {
        Progress.Restart();
        lock (_lock) (Client, _disconnected, _closed, _body) = (null, null, null, null);
        if (Buffer.Length <= 2 * BufferSize) return;
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    /// <summary>Announces that a client has closed its sending direction, if its request still uses the connection.</summary>
    public void AnnounceClosed(ClientSocket client)
    {
        CancellationTokenSource? closed;
        lock (_lock) closed = Client == client ? _closed : null;
        if (closed is not null) _ = closed.CancelAsync();
    }

    /// <summary>
    /// Ends the current request because its client has disconnected; from any thread. The wait for the response fails. The connection must
    /// still be disposed.
    /// </summary>
    public void Abort()
    {
        CancellationTokenSource? disconnected;
        lock (_lock) (disconnected, _isAborted) = (_disconnected, true);
        _socket.Dispose();
        Progress.End();
        TakeBody()?.Abort();
        // Callbacks must not run on this thread, which may be the one that checks all deadlines.
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
        Progress.End();
        TakeBody()?.Abort();
        _onClosed(this);
        ArrayPool<byte>.Shared.Return(Buffer);
        if (disconnected is not null) _ = disconnected.CancelAsync();
    }
}
