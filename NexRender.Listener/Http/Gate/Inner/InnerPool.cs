using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The connections to the inside that no request is using; the last one used is the first to be used again.</summary>
internal sealed class InnerPool(InnerEndpoint endpoint, int limit, TimeSpan wait) : IDisposable
{
    // HttpListener closes a connection after 15 s without a request; well before that it is not used any more, so that no request meets
    // the end.
    private const long LongestIdle = 5_000;

    private readonly Lock _lock = new();
    private readonly Stack<InnerConnection> _idle = new();
    private readonly SemaphoreSlim _slots = new(limit);

    public InnerEndpoint Endpoint => endpoint;

    /// <summary>Returns a connection for one request.</summary>
    /// <exception cref="HttpStatusException">All connections have been in use for too long.</exception>
    /// <exception cref="SocketException">The inside does not accept connections.</exception>
    public async ValueTask<InnerConnection> RentAsync()
    {
        if (!await _slots.WaitAsync(wait).ConfigureAwait(false)) throw new HttpStatusException(503,
            "too many requests at once; try again in a moment");
        try
        {
            return TakeIdle() ?? await endpoint.ConnectAsync().ConfigureAwait(false);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    /// <summary>Takes a connection back whose answer was read to its end.</summary>
    public void Return(InnerConnection connection)
    {
        connection.Reset();
        connection.IdleSince = Environment.TickCount64;
        lock (_lock) _idle.Push(connection);
        _slots.Release();
    }

    /// <summary>Closes a connection that cannot be used again.</summary>
    public void Discard(InnerConnection connection)
    {
        connection.Dispose();
        _slots.Release();
    }

    /// <summary>Closes the connections that have been idle for too long.</summary>
    public void Trim(long now)
    {
        InnerConnection[] all;
        lock (_lock)
        {
            if (_idle.Count == 0) return;
            all = _idle.ToArray();
            _idle.Clear();
            for (var i = all.Length - 1; i >= 0; i--)
                if (now - all[i].IdleSince <= LongestIdle) _idle.Push(all[i]);
        }
        foreach (var connection in all)
            if (now - connection.IdleSince > LongestIdle) connection.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var connection in _idle) connection.Dispose();
            _idle.Clear();
        }
    }

    private InnerConnection? TakeIdle()
    {
        var now = Environment.TickCount64;
        while (true)
        {
            InnerConnection? connection;
            lock (_lock) _idle.TryPop(out connection);
            if (connection is null || now - connection.IdleSince <= LongestIdle) return connection;
            connection.Dispose();
        }
    }
}
