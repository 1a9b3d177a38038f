using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace NexRender.Listener.Tests.Support;

/// <summary>A bare TCP connection: sends any bytes, reads responses, and disconnects in every way that a client can.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly List<byte> _unread = [];

    private RawClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket);
    }

    /// <param name="port">The port on this machine.</param>
    /// <param name="receiveBuffer">The size of the socket's receive buffer, for a client that is slow to read.</param>
    /// <param name="from">The address of the client; <c>null</c> for 127.0.0.1.</param>
    public static async Task<RawClient> Connect(int port, int? receiveBuffer = null, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null) socket.Bind(new IPEndPoint(from, 0));
        if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawClient(socket);
    }

    /// <summary>True if the server has ended the connection by a reset.</summary>
    public bool WasReset { get; private set; }

    public Task Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public Task Send(byte[] bytes) => _stream.WriteAsync(bytes).AsTask();

    /// <summary>Sends all pieces, or as many as the server takes before it closes the connection.</summary>
    public async Task SendWhileTaken(IEnumerable<byte[]> pieces)
    {
        try
        {
            foreach (var piece in pieces) await Send(piece);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The server has refused the rest, or the test has read the answer and closed the connection.
        }
    }

    /// <summary>Closes the sending direction.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Reads a response; fails if the connection ends first.</summary>
    public async Task<Answer> ReadResponse(bool hasBody = true, TimeSpan? deadline = null) =>
        await ReadResponseOrEnd(hasBody, deadline) ?? throw new AssertFailedException("The connection ended without an answer.");

    /// <summary>Reads a response; returns <c>null</c> if the connection ends first.</summary>
    /// <param name="hasBody">True if a body follows the head; false after a HEAD.</param>
    /// <param name="deadline">The timeout for all of it.</param>
    public async Task<Answer?> ReadResponseOrEnd(bool hasBody = true, TimeSpan? deadline = null)
    {
        using var timer = new CancellationTokenSource(deadline ?? Eventually.Deadline);
        var headLength = await ReadUntilEndOfHead(timer.Token);
        if (headLength < 0) return null;
        var head = Encoding.Latin1.GetString(Take(headLength)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = head.Skip(1).Select(line => line.Split(':', 2)).GroupBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => string.Join(',', g.Select(parts => parts[1].Trim())), StringComparer.OrdinalIgnoreCase);
        var length = hasBody ? int.Parse(headers.GetValueOrDefault("Content-Length", "0")) : 0;
        while (_unread.Count < length)
            if (!await ReadMore(timer.Token)) throw new AssertFailedException($"The body ended after {_unread.Count} of {length} bytes.");
        return new Answer(int.Parse(head[0].Split(' ')[1]), headers, Take(length));
    }

    /// <summary>Reads until a text has come, and returns everything up to its end; fails if the connection ends first.</summary>
    public async Task<string> ReadUntil(string text, TimeSpan? deadline = null)
    {
        using var timer = new CancellationTokenSource(deadline ?? Eventually.Deadline);
        var expected = Encoding.Latin1.GetBytes(text);
        while (true)
        {
            var at = CollectionsMarshal.AsSpan(_unread).IndexOf(expected);
            if (at >= 0) return Encoding.Latin1.GetString(Take(at + expected.Length));
            if (await ReadMore(timer.Token)) continue;
            throw new AssertFailedException($"The connection ended after: {Encoding.Latin1.GetString(Take(_unread.Count))}");
        }
    }

    /// <summary>Reads a single byte; fails if the connection has ended.</summary>
    public async Task ReadByte()
    {
        using var timer = new CancellationTokenSource(Eventually.Deadline);
        var buffer = new byte[1];
        if (await _socket.ReceiveAsync(buffer, timer.Token) == 0) throw new AssertFailedException("The connection has ended.");
    }

    /// <summary>Reads whatever comes until the server closes the connection; a reset counts as closed.</summary>
    public async Task<string> ReadToEnd(TimeSpan? deadline = null)
    {
        using var timer = new CancellationTokenSource(deadline ?? Eventually.Deadline);
        while (await ReadMore(timer.Token)) { }
        return Encoding.Latin1.GetString(Take(_unread.Count));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<int> ReadUntilEndOfHead(CancellationToken token)
    {
        while (true)
        {
            var end = CollectionsMarshal.AsSpan(_unread).IndexOf("\r\n\r\n"u8);
            if (end >= 0) return end + 4;
            if (await ReadMore(token)) continue;
            if (_unread.Count == 0) return -1;
            throw new AssertFailedException($"The head of the answer is cut: {Encoding.Latin1.GetString(Take(_unread.Count))}");
        }
    }

    private async Task<bool> ReadMore(CancellationToken token)
    {
        var buffer = new byte[65_536];
        try
        {
            var count = await _stream.ReadAsync(buffer, token);
            _unread.AddRange(buffer.AsSpan(0, count));
            return count > 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            WasReset = true;
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new AssertFailedException($"The server went silent after {_unread.Count} bytes.");
        }
    }

    private byte[] Take(int count)
    {
        var taken = _unread[..count].ToArray();
        _unread.RemoveRange(0, count);
        return taken;
    }
}
