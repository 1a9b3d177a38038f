using System.Buffers.Text;
using System.Text;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>Parses as much HTTP as a benchmark needs: status, Content-Length and Connection.</summary>
internal sealed class HttpReplyFormat : IReplyFormat
{
    private static ReadOnlySpan<byte> Length => "content-length:"u8;

    private static ReadOnlySpan<byte> Connection => "connection:"u8;

    public bool TryRead(ReadOnlySpan<byte> bytes, out Reply reply)
    {
        reply = default;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;

        long length = 0;
        var closes = false;
        for (var rest = bytes[..(end + 2)]; rest.Length > 0;)
        {
            var cut = rest.IndexOf((byte)'\n');
            var line = rest[..(cut - 1)];
            rest = rest[(cut + 1)..];
            if (StartsWith(line, Length)) Utf8Parser.TryParse(line[Length.Length..].TrimStart((byte)' '), out length, out _);
            else if (StartsWith(line, Connection)) closes = StartsWith(line[Connection.Length..].TrimStart((byte)' '), "close"u8);
        }
        // "HTTP/1.1 200", or 304 for a list that has not changed: any other status is an error.
        var isExpected = bytes.Length > 12 && (bytes[9..12].SequenceEqual("200"u8) || bytes[9..12].SequenceEqual("304"u8));
        reply = new Reply(end + 4, length, isExpected, closes);
        return true;
    }

    private static bool StartsWith(ReadOnlySpan<byte> line, ReadOnlySpan<byte> lowerCaseName) =>
        line.Length >= lowerCaseName.Length && Ascii.EqualsIgnoreCase(line[..lowerCaseName.Length], lowerCaseName);
}
