using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Gate;

/// <summary>The socket of a client, with a deadline for what is awaited from it, and a watch for its end during a request.</summary>
internal sealed class ClientSocket : IDisposable
{
    private const long Never = long.MaxValue;

    // Receives bytes that are discarded; shared by all connections.
    private static readonly byte[] Discarded = new byte[16 << 10];

    private readonly Socket _socket;

    // Read by the timer's thread too.
    private long _deadline = Never;
    private long _endedAt = Never;
    private volatile ClientEnd _end;
    private volatile CancellationTokenSource _cancel = new();
    private IAbortable? _watched;

    // The operations in a row that completed at once.
    private int _burst;

    public ClientSocket(Socket socket, IPAddress address)
    {
        _socket = socket;
        AddressText = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        AddressBytes = Encoding.ASCII.GetBytes(AddressText);
    }

    public string AddressText { get; }

    public byte[] AddressBytes { get; }

    /// <summary>The reason why nothing more is received.</summary>
    public ClientEnd End => _end;

    /// <summary>Starts the deadline for what is awaited next.</summary>
    public void StartDeadline(TimeSpan time) => Volatile.Write(ref _deadline, Environment.TickCount64 + (long)time.TotalMilliseconds);

    public void ClearDeadline() => Volatile.Write(ref _deadline, Never);

    /// <summary>Receives bytes; 0 if nothing more is received, for the reason that <see cref="End"/> gives.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            var receiving = _socket.ReceiveAsync(buffer, SocketFlags.None, _cancel.Token);
            var endsBurst = EndsBurst(receiving.IsCompleted);
            var received = await receiving.ConfigureAwait(false);
            if (received == 0) SetEnd(ClientEnd.Closed);
            if (endsBurst) await Task.Yield();
            return received;
        }
        catch (OperationCanceledException)
        {
            // The client can still be sent a response.
            _cancel = new CancellationTokenSource();
            SetEnd(ClientEnd.TimedOut);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            SetEnd(ClientEnd.Reset);
            AbortWatched();
        }
        return 0;
    }

    /// <summary>Sends bytes; false if the client has disconnected, or accepts nothing for too long.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="timeout">The time for all of them.</param>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan timeout)
    {
        // Cancelled while nothing was received, it would still be: a stop may come at any time.
        if (_cancel.IsCancellationRequested) _cancel = new CancellationTokenSource();
        try
        {
            var sending = _socket.SendAsync(bytes, SocketFlags.None, _cancel.Token);
            if (!sending.IsCompleted) return FinishSendAsync(sending, timeout);
            sending.GetAwaiter().GetResult();
            return EndsBurst(isCompleted: true) ? YieldAsync() : ValueTask.FromResult(true);
        }
        catch (Exception e) when (IsEnd(e))
        {
            return ValueTask.FromResult(false);
        }
    }

    /// <summary>Aborts a response when the client disconnects, until <see cref="Unwatch"/>.</summary>
    public void Watch(IAbortable response)
    {
        Interlocked.Exchange(ref _watched, response);
        if (_end == ClientEnd.Reset) AbortWatched();
    }

    /// <summary>Ends the watch; false if it has aborted the response.</summary>
    public bool Unwatch() => Interlocked.Exchange(ref _watched, null) is not null;

    /// <summary>Ends what has passed its deadline; called periodically.</summary>
    /// <param name="now">The time, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
    /// <param name="halfClosed">The time for a response after the client has closed its sending direction.</param>
    public void CheckTime(long now, TimeSpan halfClosed)
    {
        if (now > Volatile.Read(ref _deadline))
        {
            ClearDeadline();
            _cancel.Cancel();
        }
        if (now - Volatile.Read(ref _endedAt) > (long)halfClosed.TotalMilliseconds) AbortWatched();
    }

    /// <summary>Ends what is awaited from the client because the server stops.</summary>
    public void Stop()
    {
        if (_end == ClientEnd.None) _end = ClientEnd.Stopped;
        _cancel.Cancel();
    }

    /// <summary>
    /// Closes the sending direction and reads until the client closes its own: a socket that is closed with unread bytes resets the
    /// connection, and the client would lose the response.
    /// </summary>
    /// <param name="timeout">The longest time to read.</param>
    public async ValueTask FinishAsync(TimeSpan timeout)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsEnd(e))
        {
            return;
        }
        StartDeadline(timeout);
        var end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (Environment.TickCount64 < end && await ReceiveAsync(Discarded).ConfigureAwait(false) > 0) { }
    }

    /// <summary>Resets the connection, so that the client does not take a part of a response for the whole.</summary>
    public void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // It has ended already.
        }
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException or OperationCanceledException;

    private static async ValueTask<bool> YieldAsync()
    {
        await Task.Yield();
        return true;
    }

    private bool EndsBurst(bool isCompleted)
    {
        _burst = isCompleted && _burst < InlineCompletion.MaxBurst ? _burst + 1 : 0;
        return _burst == InlineCompletion.MaxBurst;
    }

    private async ValueTask<bool> FinishSendAsync(ValueTask<int> sending, TimeSpan timeout)
    {
        StartDeadline(timeout);
        try
        {
            await sending.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return false;
        }
        finally
        {
            ClearDeadline();
        }
    }

    private void SetEnd(ClientEnd end)
    {
        if (_end == ClientEnd.None) _end = end;
        Volatile.Write(ref _endedAt, Environment.TickCount64);
        (Volatile.Read(ref _watched) as InnerConnection)?.AnnounceClosed(this);
    }

    private void AbortWatched() => Interlocked.Exchange(ref _watched, null)?.Abort();
}
