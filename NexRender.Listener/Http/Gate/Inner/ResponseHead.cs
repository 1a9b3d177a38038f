using System.Buffers.Text;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>The head of a response of the inner listener, parsed as far as the framing requires.</summary>
internal readonly ref struct ResponseHead
{
    private readonly ReadOnlySpan<byte> _lines;

    private ResponseHead(ReadOnlySpan<byte> lines)
    {
        _lines = lines;
        ContentLength = -1;
        Status = lines.Length > 12 && Utf8Parser.TryParse(lines.Slice(9, 3), out int status, out _) ? status : 0;
        foreach (var range in Lines(lines))
        {
            var line = lines[range];
            if (Is(line, "content-length:"u8)) ContentLength = ParseLength(line["content-length:".Length..]);
            else if (Is(line, Envelope.Name)) IsStream = true;
            else if (Is(line, "transfer-encoding:"u8)) IsAborted = true;
            else if (Is(line, "connection:"u8)) Closes = Ascii.EqualsIgnoreCase(line["connection:".Length..].Trim((byte)' '), "close"u8);
        }
    }

    /// <summary>The status; 0 if the line has none.</summary>
    public int Status { get; }

    /// <summary>The length of the head in bytes, the empty line included.</summary>
    public int Length => _lines.Length + 2;

    /// <summary>The length of the body; -1 if none is given.</summary>
    public long ContentLength { get; }

    /// <summary>True if the handler sends the body itself.</summary>
    public bool IsStream { get; }

    /// <summary>True if the response was aborted before it began: it has a status, but no body. HttpListener gives it no length.</summary>
    public bool IsAborted { get; }

    /// <summary>True if the inner listener closes the connection after the response.</summary>
    public bool Closes { get; }

    /// <summary>True if a body follows, provided that the request was not HEAD.</summary>
    public bool MayHaveBody => Status is not (204 or 304) && !IsAborted && (IsStream || ContentLength != 0);

    public static bool TryParse(ReadOnlySpan<byte> received, out ResponseHead head)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        head = end < 0 ? default : new ResponseHead(received[..(end + 2)]);
        return end >= 0;
    }

    /// <summary>Returns the names and values of the headers, in their order; one character for each byte.</summary>
    public List<KeyValuePair<string, string>> Fields()
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var range in Lines(_lines))
        {
            var line = _lines[range];
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) continue;
            fields.Add(new(Encoding.Latin1.GetString(line[..colon]), Encoding.Latin1.GetString(line[(colon + 1)..]).Trim()));
        }
        return fields;
    }

    /// <summary>Writes the head with lines about the client's connection instead of those about the inner one.</summary>
    /// <param name="target">The buffer; <see cref="InnerConnection.Headroom"/> bytes more than the length of the head are enough.</param>
    /// <param name="connection">The lines about the client's connection, and the empty line.</param>
    /// <param name="isChunked">True if the client gets the body in chunks.</param>
    public int Rewrite(Span<byte> target, ReadOnlySpan<byte> connection, bool isChunked)
    {
        var length = 0;
        foreach (var range in Lines(_lines))
        {
            var line = _lines[range];
            if (Is(line, "connection:"u8) || Is(line, "keep-alive:"u8)) continue;
            if (IsStream && (Is(line, "content-length:"u8) || Is(line, Envelope.Name))) continue;
            if (IsAborted && Is(line, "transfer-encoding:"u8)) continue;
            _lines[range.Start..(range.End.Value + 2)].CopyTo(target[length..]);
            length += line.Length + 2;
        }
        if (IsAborted) Append(target, ref length, "Content-Length: 0\r\n"u8);
        if (isChunked) Append(target, ref length, "Transfer-Encoding: chunked\r\n"u8);
        Append(target, ref length, connection);
        return length;
    }

    private static void Append(Span<byte> target, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[length..]);
        length += bytes.Length;
    }

    private static long ParseLength(ReadOnlySpan<byte> value) =>
        Utf8Parser.TryParse(value.Trim((byte)' '), out long length, out _) ? length : -1;

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) => line.Length >= name.Length
        && Ascii.EqualsIgnoreCase(line[..name.Length], name);

    private static LineEnumerator Lines(ReadOnlySpan<byte> lines) => new(lines);

    /// <summary>Enumerates lines without their ends.</summary>
    private ref struct LineEnumerator(ReadOnlySpan<byte> lines)
    {
        private readonly ReadOnlySpan<byte> _lines = lines;
        private int _next;

        public Range Current { get; private set; }

        public readonly LineEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next >= _lines.Length) return false;
            var end = _lines[_next..].IndexOf((byte)'\r');
            Current = _next..(_next + end);
            _next += end + 2;
            return true;
        }
    }
}
