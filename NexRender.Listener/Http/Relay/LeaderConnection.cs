using System.Buffers;
using System.Net.Sockets;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Relay;

/// <summary>A connection to the leader, for one request after the other.</summary>
internal sealed class LeaderConnection(Socket socket, Uri leader) : IDisposable
{
    private const int BufferSize = 32 << 10;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    public Uri Leader => leader;

    /// <summary>The time of the last use, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long IdleSince { get; set; }

    /// <summary>The bytes that were received and not consumed.</summary>
    public ReadOnlyMemory<byte> Received => _buffer.AsMemory(_start, _end - _start);

    /// <summary>True if the leader has neither closed the idle connection nor sent anything on it.</summary>
    public bool IsIntact
    {
        get
        {
            try
            {
                return _start == _end && !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (IsFailure(e))
            {
                return false;
            }
        }
    }

    /// <summary>Returns true if an exception means that the connection has ended.</summary>
    public static bool IsFailure(Exception e) => e is SocketException or ObjectDisposedException or IOException;

    /// <summary>Sends all bytes.</summary>
    /// <exception cref="SocketException">The connection has ended.</exception>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        socket.SendAsync(bytes, SocketFlags.None, cancellation);

    /// <summary>Closes the sending direction, because the client has closed its own: the leader then knows as much.</summary>
    public void EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsFailure(e))
        {
            // It has ended already.
        }
    }

    /// <summary>Receives bytes behind those that are not consumed.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async ValueTask ReceiveAsync(CancellationToken cancellation)
    {
        if (_start == _end) (_start, _end) = (0, 0);
        if (_end == _buffer!.Length) throw new LeaderLostException("the head of the leader's answer is too long");
        var received = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellation).ConfigureAwait(false);
        if (received == 0) throw new IOException("the leader closed the connection");
        _end += received;
    }

    /// <summary>Consumes the head of the response; <c>null</c> if it was not received completely.</summary>
    /// <exception cref="LeaderLostException">The response is not valid.</exception>
    public LeaderResponse? TakeHead(bool isHead)
    {
        while (ResponseHead.TryParse(Received.Span, out var head))
        {
            _start += head.Length;
            // An interim response is followed by another one.
            if (head.Status is < 100 or >= 200) return new LeaderResponse(head, isHead);
        }
        return null;
    }

    /// <summary>Consumes bytes.</summary>
    public void Consume(int count) => _start += count;

    public void Dispose()
    {
        socket.Dispose();
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer) ArrayPool<byte>.Shared.Return(buffer);
    }
}
