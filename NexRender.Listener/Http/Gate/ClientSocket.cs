using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Gate;

/// <summary>A client socket with deadlines; aborts the inner connection if the client disconnects during a request.</summary>
internal sealed class ClientSocket : IDisposable
{
    private const long Never = long.MaxValue;

    // Shared by all connections for bytes that are discarded.
    private static readonly byte[] Scrap = new byte[16 << 10];

    private readonly Socket _socket;
    private long _deadline = Never;
    private long _endedAt = Never;
    private volatile ClientEnd _end;
    private InnerConnection? _watched;
    private volatile CancellationTokenSource _cancel = new();

    public ClientSocket(Socket socket, IPAddress address)
    {
        _socket = socket;
        var text = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        AddressText = text;
        AddressBytes = Encoding.ASCII.GetBytes(text);
    }

    public string AddressText { get; }

    public byte[] AddressBytes { get; }

    /// <summary>The reason why no more bytes are received.</summary>
    public ClientEnd End => _end;

    /// <summary>Sets the deadline of the current operation.</summary>
    public void SetDeadline(TimeSpan time) => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    public void ClearDeadline() => Volatile.Write(ref _deadline, Never);

    /// <summary>Receives bytes; returns 0 if no more are received, for the reason in <see cref="End"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            var received = await _socket.ReceiveAsync(buffer, SocketFlags.None, _cancel.Token).ConfigureAwait(false);
            if (received == 0) Ended(ClientEnd.Closed);
            return received;
        }
        catch (OperationCanceledException)
        {
            // A response can still be sent, which needs a fresh token.
            _cancel = new CancellationTokenSource();
            Ended(ClientEnd.TimedOut);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Ended(ClientEnd.Reset);
            AbortWatched();
        }
        return 0;
    }

    /// <summary>Sends all bytes; returns false if the client has disconnected or accepts no bytes for too long.</summary>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan silence)
    {
        ValueTask<int> sending;
        try
        {
            sending = _socket.SendAsync(bytes, SocketFlags.None, _cancel.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return new ValueTask<bool>(false);
        }
        if (!sending.IsCompletedSuccessfully) return FinishSendAsync(sending, silence);
        _ = sending.Result;
        return new ValueTask<bool>(true);
    }

    /// <summary>Links an inner connection, which is aborted if the client disconnects before <see cref="Unwatch"/>.</summary>
    public void Watch(InnerConnection inner)
    {
        Volatile.Write(ref _watched, inner);
        if (_end == ClientEnd.Reset) AbortWatched();
    }

    /// <summary>Unlinks the inner connection; returns false if it was aborted.</summary>
    public bool Unwatch() => Interlocked.Exchange(ref _watched, null) is not null;

    /// <summary>Cancels operations whose deadline has passed; called periodically by the timer of the gate.</summary>
    public void CheckTime(long now, TimeSpan halfClosed)
    {
        if (now > Volatile.Read(ref _deadline))
        {
            ClearDeadline();
            Cancel();
        }
        if (now - Volatile.Read(ref _endedAt) > (long)halfClosed.TotalMilliseconds) AbortWatched();
    }

    /// <summary>Cancels the current operation because the server is stopping.</summary>
    public void Stop()
    {
        if (_end == ClientEnd.None) _end = ClientEnd.Stopped;
        Cancel();
    }

    /// <summary>Shuts down the sending side and discards input until the linger time ends; unread input would cause a reset.</summary>
    public async ValueTask FinishAsync(ValueTask<int>? pending, TimeSpan linger)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return;
        }
        SetDeadline(linger);
        var until = Environment.TickCount64 + (long)linger.TotalMilliseconds;
        var received = pending is { } ahead ? await ahead.ConfigureAwait(false) : 1;
        while (received > 0 && Environment.TickCount64 < until) received = await ReceiveAsync(Scrap).ConfigureAwait(false);
    }

    /// <summary>Resets the connection, so that the client detects an incomplete response.</summary>
    public void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has already ended.
        }
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<bool> FinishSendAsync(ValueTask<int> sending, TimeSpan silence)
    {
        SetDeadline(silence);
        try
        {
            _ = await sending.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            ClearDeadline();
        }
    }

    private void Ended(ClientEnd end)
    {
        if (_end == ClientEnd.None) _end = end;
        Volatile.Write(ref _endedAt, Environment.TickCount64);
    }

    private void AbortWatched() => Interlocked.Exchange(ref _watched, null)?.Abort();

    // The source is never disposed: it has no timer, and CheckTime may cancel it at any time from another thread.
    private void Cancel() => _cancel.Cancel();
}
