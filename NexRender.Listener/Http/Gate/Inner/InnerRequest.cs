using System.Buffers;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>Writes requests to the inner listener in canonical form, with a length and without the framing headers of the client.</summary>
internal static class InnerRequest
{
    // The limits of HttpListener and, on Windows, http.sys; percent-encoding can triple the length of a client's head.
    private static readonly int LongestHead = OperatingSystem.IsWindows() ? 15 << 10 : 30 << 10;

    /// <exception cref="HttpStatusException">The encoded head is too long for the inner listener.</exception>
    public static void WriteHead(ref ByteWriter writer, InnerEndpoint endpoint, RequestHead head, int connection,
        ReadOnlySpan<byte> address, long bodyLength)
    {
        var isHead = head.Method.SequenceEqual("HEAD"u8);
        // A listener may reject GET with a body, so the actual method is in the envelope.
        var hasLength = !isHead && (bodyLength > 0 || head.ContentLength >= 0);
        writer.Append(isHead ? endpoint.Head : hasLength ? endpoint.Post : endpoint.Get);
        writer.Append(connection);
        writer.Append((byte)' ');
        writer.Append(address);
        writer.Append((byte)' ');
        writer.Append(head.Method);
        writer.Append((byte)' ');
        if (head.Host.IsEmpty) writer.Append((byte)'-');
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
        if (writer.Length > LongestHead) throw new HttpStatusException(431, "the request head has too many non-ASCII characters");
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
