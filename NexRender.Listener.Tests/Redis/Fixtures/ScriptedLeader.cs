using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A leader whose answers a test writes, byte by byte.</summary>
internal sealed class ScriptedLeader : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string?> _answer;
    private readonly List<string> _requests = [];

    /// <param name="answer">Returns the answer to a request; <c>null</c> to close the connection without one.</param>
    public ScriptedLeader(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The requests that came, with their bodies.</summary>
    public string[] Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static string Ok(string body = "ok") => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Serve(TcpClient connection)
    {
        using var closing = connection;
        var stream = connection.GetStream();
        try
        {
            while (await Read(stream) is { } request)
            {
                lock (_requests) _requests.Add(request);
                if (_answer(request) is not { } answer) return;
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
            }
        }
        catch (IOException)
        {
            // The standby went away.
        }
    }

    private static async Task<string?> Read(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        while (true)
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0) return null;
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            var all = text.ToString();
            var end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0) continue;
            var length = all[..end].Split("\r\n").FirstOrDefault(
                line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
            if (all.Length - end - 4 >= (length is null ? 0 : int.Parse(length.Split(':')[1]))) return all;
        }
    }
}
