using System.Buffers;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// Writes the request to the inside: canonical, with a length, and with nothing of the client's that could change its framing.
/// </summary>
internal static class InnerRequest
{
    // HttpListener refuses longer ones, http.sys half of that; encoded, the head of a client can grow to three times its length.
    private static readonly int LongestHead = OperatingSystem.IsWindows() ? 15 << 10 : 30 << 10;

    /// <exception cref="HttpStatusException">The head becomes too long for the inside.</exception>
    public static void WriteHead(ref ByteWriter writer, InnerEndpoint endpoint, RequestHead head, int connection,
        ReadOnlySpan<byte> address, long bodyLength)
    {
        var isHead = head.Method.SequenceEqual("HEAD"u8);
        // A listener may take it amiss if GET has a body, so the method that counts is the one in the envelope.
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
        if (writer.Length > LongestHead) throw new HttpStatusException(431, "the head of the request has too many characters beyond ASCII");
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
