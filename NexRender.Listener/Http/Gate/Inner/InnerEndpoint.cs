using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The listener behind the gate: its address, the token for its requests, and the connections to it.</summary>
internal sealed class InnerEndpoint
{
    // Left to the system, the buffers for a slow reader would grow to several MB. Those of hundreds of slow readers can exhaust the memory
    // that the kernel has for TCP, and then every connection of the machine stalls.
    private const int ReceiveBuffer = 64 << 10;

    private readonly ConcurrentDictionary<int, InnerConnection> _connections = new();
    private int _lastNumber;

    public InnerEndpoint(string host, int port, string token)
    {
        (Address, Token) = (new IPEndPoint(IPAddress.Loopback, port), token);
        Get = Beginning("GET");
        Head = Beginning("HEAD");
        Post = Beginning("POST");

        byte[] Beginning(string method) =>
            Encoding.ASCII.GetBytes($"{method} / HTTP/1.1\r\nHost: {host}:{port}\r\n{Envelope.HeaderName}: {token} ");
    }

    public IPEndPoint Address { get; }

    /// <summary>The secret of this process that proves that a request comes from the gate.</summary>
    public string Token { get; }

    /// <summary>The beginning of a request without a body, up to and including the token.</summary>
    public byte[] Get { get; }

    /// <summary>The beginning of a HEAD request.</summary>
    public byte[] Head { get; }

    /// <summary>The beginning of a request with a body.</summary>
    public byte[] Post { get; }

    /// <summary>Returns true if at least half of the connections are free.</summary>
    public Func<bool> HasRoom { get; set; } = static () => true;

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">The listener does not accept it.</exception>
    public async ValueTask<InnerConnection> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveBufferSize = ReceiveBuffer,
        };
        InlineCompletion.Enable(socket);
        try
        {
            await socket.ConnectAsync(Address).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        var connection = new InnerConnection(socket, Interlocked.Increment(ref _lastNumber), Forget);
        _connections[connection.Number] = connection;
        return connection;
    }

    /// <summary>Returns a token that is cancelled when the client whose request uses a connection has disconnected.</summary>
    public CancellationToken Disconnected(int number) =>
        _connections.TryGetValue(number, out var connection) ? connection.Disconnected : new CancellationToken(canceled: true);

    /// <summary>Returns true if the client whose request uses a connection has closed its sending direction, or disconnected.</summary>
    public bool HasClosed(int number) => !_connections.TryGetValue(number, out var connection) || connection.HasClientClosed;

    /// <summary>Returns a token that is cancelled when that client has closed its sending direction, or disconnected.</summary>
    public CancellationToken ClientClosed(int number) =>
        _connections.TryGetValue(number, out var connection) ? connection.ClientClosed : new CancellationToken(canceled: true);

    /// <summary>Hands the body of a response over to the handler; <c>null</c> if the client has disconnected.</summary>
    public DetachedBody? Detach(int number) => _connections.TryGetValue(number, out var connection) ? connection.Detach() : null;

    /// <summary>Waits until that many bytes of the response on a connection were received, or nothing more will be.</summary>
    public Task ReceivedAsync(int number, long bytes) =>
        _connections.TryGetValue(number, out var connection) ? connection.Progress.WaitAsync(bytes) : Task.CompletedTask;

    private void Forget(InnerConnection connection) => _connections.TryRemove(connection.Number, out _);

    // The framework's random bytes need OpenSSL on Linux, which a static executable does not have; its GUIDs come from the system itself.
    public static string NewToken() => $"{Guid.NewGuid():N}";
}
