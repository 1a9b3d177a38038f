using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Gate;

/// <summary>
/// The socket of a client, with a deadline for whatever is awaited of it, and a watch for its end while it waits for an answer.
/// </summary>
internal sealed class ClientSocket : IDisposable
{
    private const long Never = long.MaxValue;

    // Where all connections receive what nobody reads.
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

    /// <summary>Why nothing more comes.</summary>
    public ClientEnd End => _end;

    /// <summary>Says by when what is awaited next must have come.</summary>
    public void SetDeadline(TimeSpan time) => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    public void ClearDeadline() => Volatile.Write(ref _deadline, Never);

    /// <summary>Receives what comes next; 0 if nothing more comes, for the reason that <see cref="End"/> says.</summary>
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
            // The client may still be told so.
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

    /// <summary>Sends all bytes; false if the client has gone, or takes nothing for longer than allowed.</summary>
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

    /// <summary>Lets the end of the client end an inner connection too, from now until <see cref="Unwatch"/>.</summary>
    public void Watch(InnerConnection inner)
    {
        Volatile.Write(ref _watched, inner);
        if (_end == ClientEnd.Reset) AbortWatched();
    }

    /// <summary>Ends the watch; false if the inner connection was ended by it.</summary>
    public bool Unwatch() => Interlocked.Exchange(ref _watched, null) is not null;

    /// <summary>Ends what is over its time; called again and again, on a thread of its own.</summary>
    public void CheckTime(long now, TimeSpan halfClosed)
    {
        if (now > Volatile.Read(ref _deadline))
        {
            ClearDeadline();
            Cancel();
        }
        if (now - Volatile.Read(ref _endedAt) > (long)halfClosed.TotalMilliseconds) AbortWatched();
    }

    /// <summary>Ends what is awaited of the client because the server stops.</summary>
    public void Stop()
    {
        if (_end == ClientEnd.None) _end = ClientEnd.Stopped;
        Cancel();
    }

    /// <summary>
    /// Says goodbye so that an answer on its way is not destroyed: whoever closes a socket with unread bytes in it resets the connection.
    /// </summary>
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

    /// <summary>Ends the connection so that the client cannot take what it has got for the whole.</summary>
    public void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
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

    // The source is never disposed: it has no timer, and the thread that checks the time may come at any moment.
    private void Cancel() => _cancel.Cancel();
}
