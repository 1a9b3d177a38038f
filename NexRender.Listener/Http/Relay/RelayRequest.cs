using System.Buffers;
using System.Text;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Relay;

/// <summary>Writes the requests of clients to the leader, without what is about the connections of the clients.</summary>
internal static class RelayRequest
{
    private const string ForwardedFor = "X-Forwarded-For";

    // The headers of one connection (RFC 9110, 7.6.1), and those that the relay writes itself.
    private static readonly string[] NotRelayed =
    [
        "Connection", "Proxy-Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Proxy-Authenticate",
        "Proxy-Authorization", "Content-Length", "Expect", "Host", Envelope.HeaderName, RelayHeader.Name,
    ];

    /// <summary>Writes a request, without its body, to a rented buffer.</summary>
    /// <param name="exchange">The exchange with the client.</param>
    /// <param name="leader">The leader.</param>
    /// <param name="authority">Host and port of the leader.</param>
    /// <param name="bodyLength">The length of the body that follows.</param>
    public static ArraySegment<byte> Write(Exchange exchange, LeaderAddress leader, string authority, int bodyLength)
    {
        var writer = new ByteWriter(ArrayPool<byte>.Shared.Rent(4 << 10));
        Append(ref writer, $"{exchange.Method} ");
        writer.AppendEncoded(Encoding.Latin1.GetBytes(exchange.Target), isReversible: false);
        Append(ref writer, $" HTTP/1.1\r\nHost: {authority}\r\n");
        var hasLength = bodyLength > 0 || exchange.Method is "POST" or "PUT" or "PATCH";
        if (hasLength) Append(ref writer, $"Content-Length: {bodyLength}\r\n");
        foreach (var name in exchange.Request.Headers.AllKeys)
        {
            if (name is null || NotRelayed.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            Append(ref writer, $"{name}: {exchange.Header(name)}\r\n");
        }
        // A client that a proxy has named keeps that name, as it would at the leader itself.
        if (string.IsNullOrWhiteSpace(exchange.Header(ForwardedFor))) Append(ref writer, $"{ForwardedFor}: {exchange.RemoteAddress}\r\n");
        var relay = RelayHeader.Write(leader.Token, exchange.MayWait, exchange.RemoteAddress);
        Append(ref writer, $"{RelayHeader.Name}: {relay}\r\n\r\n");
        return new ArraySegment<byte>(writer.Buffer, 0, writer.Length);
    }

    private static void Append(ref ByteWriter writer, string text) => writer.Append(Encoding.Latin1.GetBytes(text));
}
