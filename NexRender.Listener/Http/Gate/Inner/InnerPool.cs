using System.Net.Sockets;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The connections to the inner listener. Of the idle ones, the one that was used last is used next.</summary>
internal sealed class InnerPool(InnerEndpoint endpoint, int limit, TimeSpan wait) : IDisposable
{
    // HttpListener closes a connection after 15 s without a request. The gate closes it well before, so that no request gets lost.
    private const long MaxIdleMilliseconds = 5_000;

    private readonly Lock _lock = new();
    private readonly Stack<InnerConnection> _idle = new();
    private readonly SemaphoreSlim _slots = new(limit);

    public InnerEndpoint Endpoint => endpoint;

    /// <summary>True if at least half of the connections are free.</summary>
    public bool HasRoom => _slots.CurrentCount * 2L >= limit;

    /// <summary>Returns a connection for one request.</summary>
    /// <exception cref="HttpStatusException">All connections were in use for too long.</exception>
    /// <exception cref="SocketException">The inner listener does not accept connections.</exception>
    public async ValueTask<InnerConnection> RentAsync()
    {
        if (!await _slots.WaitAsync(wait).ConfigureAwait(false))
            throw new HttpStatusException(503, "too many requests at once; try again in a moment");
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

    /// <summary>Takes back a connection whose response was read completely.</summary>
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

    /// <summary>Closes the connections that were idle for too long.</summary>
    public void Trim(long now)
    {
        InnerConnection[] all;
        lock (_lock)
        {
            if (_idle.Count == 0) return;
            all = _idle.ToArray();
            _idle.Clear();
            for (var i = all.Length - 1; i >= 0; i--)
                if (now - all[i].IdleSince <= MaxIdleMilliseconds) _idle.Push(all[i]);
        }
        foreach (var connection in all)
            if (now - connection.IdleSince > MaxIdleMilliseconds) connection.Dispose();
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
            if (connection is null || now - connection.IdleSince <= MaxIdleMilliseconds) return connection;
            connection.Dispose();
        }
    }
}
