using System.Buffers;
using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>Writes requests to the inner listener, with a length and with no header of the client that affects the framing.</summary>
internal static class InnerRequest
{
    // HttpListener refuses longer heads, and http.sys those of half the length. Encoding can make a head three times as long.
    private static readonly int MaxHeadLength = OperatingSystem.IsWindows() ? 15 << 10 : 30 << 10;

    /// <summary>Writes the head of a request.</summary>
    /// <param name="writer">The buffer.</param>
    /// <param name="endpoint">The inner listener.</param>
    /// <param name="head">The head of the client's request.</param>
    /// <param name="connection">The number of the inner connection.</param>
    /// <param name="address">The address of the client.</param>
    /// <param name="bodyLength">The length of the body that follows.</param>
    /// <exception cref="HttpStatusException">The head becomes too long for the inner listener.</exception>
    public static void WriteHead(
        ref ByteWriter writer, InnerEndpoint endpoint, RequestHead head, int connection, ReadOnlySpan<byte> address, long bodyLength)
    {
        // Any other method could contradict the presence or absence of a body. The client's method is in the envelope.
        var hasLength = !head.IsHead && (bodyLength > 0 || head.ContentLength >= 0);
        writer.Append(head.IsHead ? endpoint.Head : hasLength ? endpoint.Post : endpoint.Get);
        writer.Append(connection);
        writer.Append((byte)' ');
        writer.Append(address);
        writer.Append((byte)' ');
        writer.Append(head.Method);
        writer.Append((byte)' ');
        if (head.Host.IsEmpty) writer.Append((byte)'/');
        else writer.Append(head.Host);
        writer.Append((byte)' ');
        writer.AppendEncoded(head.Target, isReversible: false);
        writer.Append("\r\n"u8);
        if (hasLength)
        {
            writer.Append("Content-Length: "u8);
            writer.Append(bodyLength);
            writer.Append("\r\n"u8);
        }
        foreach (var field in head.Fields) WriteField(ref writer, head[field.Name], head[field.Value]);
        writer.Append("\r\n"u8);
        if (writer.Length > MaxHeadLength)
            throw new HttpStatusException(431, "the request head has too many non-ASCII characters");
    }

    private static void WriteField(ref ByteWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        writer.Append(name);
        writer.Append(": "u8);
        if (value.ContainsAnyExcept(Characters.Printable) || value.StartsWith(Envelope.EncodedMarker))
        {
            writer.Append(Envelope.EncodedMarker);
            writer.AppendEncoded(value, isReversible: true);
        }
        else writer.Append(value);
        writer.Append("\r\n"u8);
    }
}
