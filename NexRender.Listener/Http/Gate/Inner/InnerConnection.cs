using System.Buffers;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>A connection to the listener behind the gate, with the buffer that a request leaves by and its answer comes by.</summary>
internal sealed class InnerConnection : IDisposable
{
    /// <summary>The room before an answer, for the headers that the gate adds to it.</summary>
    public const int Headroom = 128;

    private const int BufferSize = 8 << 10;

    private readonly Socket _socket;
    private int _isDisposed;

    private InnerConnection(Socket socket) => _socket = socket;

    /// <summary>The buffer; a writer may replace it by a larger rented one.</summary>
    public byte[] Buffer { get; set; } = ArrayPool<byte>.Shared.Rent(BufferSize);

    /// <summary>When it was last used, in milliseconds of the system's uptime.</summary>
    public long IdleSince { get; set; }

    /// <summary>True if an error means that the connection has ended.</summary>
    public static bool IsFailure(Exception e) => e is SocketException or ObjectDisposedException or IOException;

    /// <exception cref="SocketException">The listener does not accept it.</exception>
    public static async ValueTask<InnerConnection> ConnectAsync(InnerEndpoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Address).ConfigureAwait(false);
            return new InnerConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask<int> SendAllAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes, SocketFlags.None);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    /// <summary>Gives up a buffer that was needed for one large head.</summary>
    public void Shrink()
    {
        if (Buffer.Length <= 2 * BufferSize) return;
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    /// <summary>Ends it on whatever thread: what waits for the answer fails. The buffer stays with whoever uses it.</summary>
    public void Abort() => _socket.Dispose();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        _socket.Dispose();
        ArrayPool<byte>.Shared.Return(Buffer);
    }
}
