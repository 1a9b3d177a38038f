using System.Net.Sockets;
using NexRender.Listener.Network;

namespace NexRender.Listener.Http.Relay;

/// <summary>The connections to the leader. Of the idle ones, the one that was used last is used next.</summary>
internal sealed class LeaderPool : IDisposable
{
    // Well before the leader closes them, so that no request gets lost. HttpListener does it after 15 s.
    private const long MaxIdleMilliseconds = 5_000;
    private const int MaxIdle = 256;

    private readonly Lock _lock = new();
    private readonly Stack<LeaderConnection> _idle = new();
    private bool _isDisposed;

    /// <summary>Returns an idle connection, or opens one.</summary>
    /// <exception cref="SocketException">The leader cannot be reached.</exception>
    public async ValueTask<LeaderConnection> RentAsync(Uri leader, CancellationToken cancellation)
    {
        if (TakeIdle(leader) is { } idle) return idle;
        var addresses = await HostConnection.ResolveAsync(leader, cancellation).ConfigureAwait(false);
        return new LeaderConnection(await HostConnection.OpenAsync(addresses, cancellation).ConfigureAwait(false), leader);
    }

    /// <summary>Takes back a connection whose response was read completely.</summary>
    public void Return(LeaderConnection connection)
    {
        connection.IdleSince = Environment.TickCount64;
        lock (_lock)
        {
            if (!_isDisposed && _idle.Count < MaxIdle)
            {
                _idle.Push(connection);
                return;
            }
        }
        connection.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var connection in _idle) connection.Dispose();
            _idle.Clear();
        }
    }

    private LeaderConnection? TakeIdle(Uri leader)
    {
        while (true)
        {
            LeaderConnection? connection;
            lock (_lock) _idle.TryPop(out connection);
            if (connection is null) return null;
            var isFresh = Environment.TickCount64 - connection.IdleSince <= MaxIdleMilliseconds;
            if (isFresh && connection.Leader == leader && connection.IsIntact) return connection;
            connection.Dispose();
        }
    }
}
