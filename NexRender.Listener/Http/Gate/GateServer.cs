using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Gate;

/// <summary>
/// The gate in front of HttpListener: accepts connections on the public addresses, and forwards their requests to an inner listener once
/// they are complete, within the limits, and unambiguous in their framing.
/// </summary>
internal sealed class GateServer : IFrontDoor
{
    private static readonly TimeSpan StreamTimeout = TimeSpan.FromMilliseconds(200);
    // For the same reason as the buffer of an inner connection. A client 100 ms away still gets 2 MB a second.
    private const int SendBuffer = 128 << 10;

    private static readonly TimeSpan MaxPeriod = TimeSpan.FromSeconds(0.5);

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
        var period = shortest < MaxPeriod ? shortest : MaxPeriod;
        _timer = new Timer(_ => CheckTime(), null, period, period);
        foreach (var socket in sockets) _ = AcceptAsync(socket);
    }

    public string Description { get; }

    /// <summary>The number of client connections.</summary>
    public int Connections => _connections.Count;

    public int? OpenConnections => Connections;

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
            var pool = new InnerPool(endpoint, connections.Inner, limits.Wait);
            endpoint.HasRoom = () => pool.HasRoom;
            var services = new GateServices(limits, pool, handler, product, log);
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
        // From here on a connection does not begin to wait for another request.
        var drained = _services.InFlight.DrainAsync(timeout);
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var connection in _connections.ToArray()) connection.Stop();
        await drained.ConfigureAwait(false);
        // The handler ends streams at the beginning of the stop; this is for the last pieces on their way.
        await _services.Streams.DrainAsync(Task.Delay(StreamTimeout)).ConfigureAwait(false);
    }

    public void FreePort()
    {
        _timer.Dispose();
        foreach (var socket in _sockets) socket.Dispose();
        foreach (var connection in _connections.ToArray()) connection.Abort();
        _services.Turns.Dispose();
        _services.Pool.Dispose();
        _inner.FreePort();
    }

    private async Task AcceptAsync(Socket listening)
    {
        // The first wait must not block the thread that starts the server.
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
                // Usually the process has no more files to open; the next attempt may succeed.
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
            socket.SendBufferSize = SendBuffer;
            InlineCompletion.Enable(socket);
            address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        }
        catch (SocketException)
        {
            // The client has disconnected already.
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
        _services.Trimmer.CountConnection(_connections.Count);
        _connections.Remove(connection);
        _limits.Remove(connection.Address);
    }

    // Responding takes a file for a while. During a flood, most connections are closed without a response.
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
