using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Gate;

/// <summary>
/// The front end: accepts connections on the public addresses, and forwards to the inner listener only requests that are complete,
/// within the limits, and unambiguous in their framing.
/// </summary>
internal sealed class GateServer : IFrontDoor
{
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(0.5);

    private readonly Socket[] _sockets;
    private readonly HttpServer _inner;
    private readonly GateServices _services;
    private readonly ConnectionLimits _limits;
    private readonly ConnectionSet _connections = new();
    private readonly Timer _timer;
    private int _refusing;

    private GateServer(Socket[] sockets, HttpServer inner, GateServices services, ConnectionLimits limits, string description)
    {
        (_sockets, _inner, _services, _limits, Description) = (sockets, inner, services, limits, description);
        var shortest =
            new[] { services.Limits.FirstHead, services.Limits.Idle, services.Limits.Silence, services.Limits.BodyTime }.Min() / 4;
        var period = shortest < LongestPeriod ? shortest : LongestPeriod;
        _timer = new Timer(_ => CheckTime(), null, period, period);
        foreach (var socket in sockets) _ = AcceptAsync(socket);
    }

    public string Description { get; }

    /// <summary>The number of client connections.</summary>
    public int Connections => _connections.Count;

    /// <summary>The address of the inner listener.</summary>
    public IPEndPoint InnerAddress => _services.Pool.Endpoint.Address;

    /// <summary>Starts the inner listener and the gate.</summary>
    /// <exception cref="ListenException">The server cannot listen there.</exception>
    public static GateServer Start(string? host, int port, GateLimits limits, RequestHandler handler, string product, Log log)
    {
        var sockets = PublicSockets.Open(host, port);
        try
        {
            var listener = ListenerFactory.StartInner(out var endpoint);
            var inner = new HttpServer(listener, handler, endpoint.Address.ToString(), log, endpoint);
            var connections = new ConnectionLimits(limits, OpenFileLimit.Current());
            var services = new GateServices(limits, new InnerPool(endpoint, connections.Inner, limits.Wait), handler, product, log);
            return new GateServer(sockets, inner, services, connections, PublicSockets.Describe(host, port, sockets));
        }
        catch
        {
            foreach (var socket in sockets) socket.Dispose();
            throw;
        }
    }

    /// <summary>Stops accepting, closes idle connections, and waits for the requests in flight.</summary>
    public async Task DrainAsync(Task timeout)
    {
        // Draining begins before the connections are stopped, so that none of them waits for another request.
        var drained = _services.InFlight.DrainAsync(timeout);
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var connection in _connections.ToArray()) connection.Stop();
        await drained.ConfigureAwait(false);
    }

    public void FreePort()
    {
        _timer.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var connection in _connections.ToArray()) connection.Abort();
        _services.Pool.Dispose();
        _inner.FreePort();
    }

    private async Task AcceptAsync(Socket listening)
    {
        // The loop must not run on the thread that starts the server.
        await Task.Yield();
        while (!_services.InFlight.IsDraining)
        {
            try
            {
                Begin(await listening.AcceptAsync().ConfigureAwait(false));
            }
            catch (Exception) when (_services.InFlight.IsDraining)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client disconnected before it was accepted.
            }
            catch (SocketException e)
            {
                // Usually the limit of open files is reached, and some are closed soon.
                _services.Log.Error($"cannot accept a connection: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }

    private void Begin(Socket socket)
    {
        IPAddress address;
        try
        {
            socket.NoDelay = true;
            address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        }
        catch (SocketException)
        {
            // The client has already disconnected.
            socket.Dispose();
            return;
        }
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var connection = new ClientConnection(socket, address, _services);
        _ = _limits.TryAdd(address) ? ServeAsync(connection) : RefuseAsync(connection);
    }

    private async Task ServeAsync(ClientConnection connection)
    {
        _connections.Add(connection);
        await connection.RunAsync().ConfigureAwait(false);
        _connections.Remove(connection);
        _limits.Remove(connection.Address);
    }

    // The response explains the error; in case of many rejections, as in an attack, connections are closed without one.
    private async Task RefuseAsync(ClientConnection connection)
    {
        if (Interlocked.Increment(ref _refusing) > _services.Limits.ReservedFiles / 2) connection.Abort();
        else
        {
            _connections.Add(connection);
            await connection.RefuseAsync(503, "too many connections; try again in a moment").ConfigureAwait(false);
            _connections.Remove(connection);
        }
        Interlocked.Decrement(ref _refusing);
    }

    private void CheckTime()
    {
        var now = Environment.TickCount64;
        foreach (var connection in _connections.ToArray()) connection.CheckTime(now);
        _services.Pool.Trim(now);
    }
}
