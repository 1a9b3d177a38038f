using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>A receiver of webhooks on a port of 127.0.0.1, which answers as the test says.</summary>
internal sealed class HookReceiver : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Channel<HookRequest> _requests = Channel.CreateUnbounded<HookRequest>();

    private HookReceiver() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>The number of requests that were not read by the test.</summary>
    public int Waiting => _requests.Reader.Count;

    public static HookReceiver Start()
    {
        var receiver = Closed();
        receiver.Open();
        return receiver;
    }

    /// <summary>Has a port that refuses connections.</summary>
    public static HookReceiver Closed() => new();

    public void Open()
    {
        _socket.Listen(100);
        _ = Accept();
    }

    /// <summary>The next request; it has not been answered.</summary>
    public async Task<HookRequest> Next()
    {
        using var timer = new CancellationTokenSource(Eventually.Deadline);
        return await _requests.Reader.ReadAsync(timer.Token);
    }

    /// <summary>The next request, answered with a status.</summary>
    public async Task<HookRequest> Next(int status)
    {
        var request = await Next();
        await request.Answer(status);
        return request;
    }

    public void Dispose() => _socket.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true) _ = Read(await _socket.AcceptAsync());
        }
        catch (SocketException)
        {
            // Disposed.
        }
        catch (ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Read(Socket connection)
    {
        var bytes = new List<byte>();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var read = await connection.ReceiveAsync(buffer);
            if (read == 0) return;
            bytes.AddRange(buffer.AsSpan(0, read));
            var text = Encoding.UTF8.GetString([.. bytes]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var lines = text[..end].Split("\r\n");
            var headers = lines.Skip(1).Select(line => line.Split(": ", 2))
                .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
            if (bytes.Count < end + 4 + int.Parse(headers["content-length"])) continue;
            await _requests.Writer.WriteAsync(new HookRequest(lines[0], headers, [.. bytes[(end + 4)..]], connection));
            return;
        }
    }
}
