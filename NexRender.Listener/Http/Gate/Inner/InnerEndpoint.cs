using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The address of the inner listener, and the constant prefixes of requests to it.</summary>
internal sealed class InnerEndpoint
{
    public InnerEndpoint(string host, int port, string token)
    {
        (Address, Token) = (new IPEndPoint(IPAddress.Loopback, port), token);
        Get = Beginning("GET");
        Head = Beginning("HEAD");
        Post = Beginning("POST");

        byte[] Beginning(string method) =>
            Encoding.ASCII.GetBytes($"{method} / HTTP/1.1\r\nHost: {host}:{port}\r\n{Envelope.HeaderName}: {token} ");
    }

    private readonly ConcurrentDictionary<int, InnerConnection> _connections = new();
    private int _lastNumber;

    public IPEndPoint Address { get; }

    /// <summary>The secret of this process that authenticates requests from the gate.</summary>
    public string Token { get; }

    /// <summary>The prefix of a GET request: request line and headers, up to the token in the envelope.</summary>
    public byte[] Get { get; }

    public byte[] Head { get; }

    /// <summary>The prefix of a request with a body.</summary>
    public byte[] Post { get; }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">The inner listener does not accept the connection.</exception>
    public async ValueTask<InnerConnection> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
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

    /// <summary>Returns a token that is cancelled when the client of the current request on a connection disconnects.</summary>
    public CancellationToken Disconnected(int number) =>
        _connections.TryGetValue(number, out var connection) ? connection.Disconnected : new CancellationToken(canceled: true);

    private void Forget(InnerConnection connection) => _connections.TryRemove(connection.Number, out _);

    // RandomNumberGenerator needs OpenSSL on Linux, which a static executable lacks; GUIDs use the random numbers of the system.
    public static string NewToken() => $"{Guid.NewGuid():N}{Guid.NewGuid():N}";
}
