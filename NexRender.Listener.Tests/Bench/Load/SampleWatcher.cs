using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>One watcher that keeps what it receives, to count the events in it when the load has ended.</summary>
internal sealed class SampleWatcher : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly MemoryStream _received = new();
    private readonly Thread _thread;

    /// <param name="port">The port of the server.</param>
    /// <param name="request">The request.</param>
    public SampleWatcher(int port, LoadRequest request)
    {
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Send(request.Bytes);
        _thread = new Thread(Receive) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends the connection and returns the bytes that were received, and the events of progress in them.</summary>
    public (long Bytes, long Events) End()
    {
        _socket.Shutdown(SocketShutdown.Both);
        _thread.Join();
        var bytes = _received.ToArray();
        return (bytes.Length, CountEvents(bytes));
    }

    public void Dispose() => _socket.Dispose();

    private static long CountEvents(byte[] bytes)
    {
        var head = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var isCompressed = Encoding.ASCII.GetString(bytes, 0, head).Contains("gzip", StringComparison.OrdinalIgnoreCase);
        using var body = new MemoryStream(Unchunk(bytes.AsSpan(head)));
        using var text = isCompressed ? new GZipStream(body, CompressionMode.Decompress) : (Stream)body;
        using var lines = new StreamReader(text);
        var events = 0L;
        while (NextLine(lines) is { } line)
        {
            if (line == "event: job.progress") events++;
        }
        return events;
    }

    // The stream was cut, so it has no end.
    private static string? NextLine(StreamReader lines)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static byte[] Unchunk(ReadOnlySpan<byte> bytes)
    {
        using var body = new MemoryStream();
        while (bytes.IndexOf("\r\n"u8) is > 0 and var end)
        {
            var length = Convert.ToInt32(Encoding.ASCII.GetString(bytes[..end]), 16);
            if (length == 0 || end + 2 + length > bytes.Length) break;
            body.Write(bytes.Slice(end + 2, length));
            bytes = bytes[Math.Min(bytes.Length, end + 4 + length)..];
        }
        return body.ToArray();
    }

    private void Receive()
    {
        var buffer = new byte[256 << 10];
        while (_socket.Receive(buffer) is > 0 and var count) _received.Write(buffer, 0, count);
    }
}
