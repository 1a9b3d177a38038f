using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The address of the listener behind the gate, and the beginnings of all requests to it.</summary>
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

    /// <summary>The secret of this process that proves a request to come from the gate.</summary>
    public string Token { get; }

    /// <summary>The line and the first headers of a request without a body, up to where the envelope goes on.</summary>
    public byte[] Get { get; }

    public byte[] Head { get; }

    /// <summary>The same of a request with a body.</summary>
    public byte[] Post { get; }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">The listener does not accept it.</exception>
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

    /// <summary>Returns a token that is cancelled when the client whose request uses a connection has disconnected.</summary>
    public CancellationToken Disconnected(int number) =>
        _connections.TryGetValue(number, out var connection) ? connection.Disconnected : new CancellationToken(canceled: true);

    private void Forget(InnerConnection connection) => _connections.TryRemove(connection.Number, out _);

    // The framework's random bytes need OpenSSL on Linux, which a static executable does not have; its GUIDs come from the system itself.
    public static string NewToken() => $"{Guid.NewGuid():N}{Guid.NewGuid():N}";
}
