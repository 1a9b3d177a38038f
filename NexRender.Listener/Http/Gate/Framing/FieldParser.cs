using System.Buffers;
using System.Buffers.Text;
using System.Text;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>Parses the header lines of a request: those about the framing and the connection, and those that are forwarded.</summary>
internal sealed class FieldParser(RequestHead head)
{
    // More would not fit into 64 bits.
    private const int MaxDigits = 18;

    private bool _hasHost;
    private bool _hasTransferEncoding;

    /// <summary>True if the target names the host. It takes precedence over the Host header, which must be valid all the same.</summary>
    public bool HasAuthority { get; set; }

    /// <summary>The exception that refuses a request with 400.</summary>
    public static HttpStatusException Invalid(string reason) => new(400, reason);

    public void Reset() => _hasHost = _hasTransferEncoding = HasAuthority = false;

    /// <summary>Parses a header line.</summary>
    /// <exception cref="HttpStatusException">The line is not a header, or contradicts another.</exception>
    public void Add(ReadOnlySpan<byte> received, ByteRange line)
    {
        var text = received.Slice(line.Start, line.Length);
        if (text[0] is (byte)' ' or (byte)'\t') throw Invalid("a header value is folded over several lines");
        var colon = text.IndexOf((byte)':');
        if (colon <= 0 || text[..colon].ContainsAnyExcept(Characters.Token)) throw Invalid("a header line is not valid");
        var start = colon + 1;
        var end = text.Length;
        while (start < end && text[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && text[end - 1] is (byte)' ' or (byte)'\t') end--;
        if (text[start..end].ContainsAny(Characters.NotInValue)) throw Invalid("a header value contains a control character");
        var field = new HeaderField(new ByteRange(line.Start, colon), new ByteRange(line.Start + start, end - start));
        // HttpListener answers 400 to a name with an apostrophe, which is valid. No handler reads such a header.
        if (!IsForGate(text[..colon], text[start..end], field.Value) && !text[..colon].Contains((byte)'\'')) head.Add(field);
    }

    /// <summary>Checks the complete head.</summary>
    /// <exception cref="HttpStatusException">The framing of the request is ambiguous.</exception>
    public void Finish(ReadOnlySpan<byte> received)
    {
        if (!_hasHost && !head.IsVersion10) throw Invalid("the Host header is missing");
        if (_hasTransferEncoding && head.ContentLength >= 0) throw Invalid("Content-Length and Transfer-Encoding must not be combined");
        if (_hasTransferEncoding && head.IsVersion10) throw Invalid("Transfer-Encoding is not allowed in HTTP/1.0");
        if (head.IsVersion10) head.ExpectsContinue = false;
        var method = received.Slice(head.MethodRange.Start, head.MethodRange.Length);
        if (head is { ContentLength: < 0, IsChunked: false } && (method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8)))
            throw new HttpStatusException(411,
                "the length of the body is missing; for a request without a body, add Content-Length: 0");
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(text, name);

    // Returns true if the header is not forwarded: it is about this connection or the framing, or only the gate may set it.
    private bool IsForGate(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ByteRange range)
    {
        switch (name.Length)
        {
            case 2: return Is(name, "TE"u8);
            case 4 when Is(name, "Host"u8): AddHost(value, range); return true;
            case 6 when Is(name, "Expect"u8): AddExpect(value); return true;
            case 7: return Is(name, "Upgrade"u8) || Is(name, "Trailer"u8);
            case 10 when Is(name, "Connection"u8): AddConnection(value); return true;
            case 10: return Is(name, "Keep-Alive"u8);
            case 14 when Is(name, "Content-Length"u8): AddContentLength(value); return true;
            case 14: return Is(name, Envelope.Name) || Is(name, "HTTP2-Settings"u8);
            case 16: return Is(name, "Proxy-Connection"u8);
            case 17 when Is(name, "Transfer-Encoding"u8): AddTransferEncoding(value); return true;
            default: return false;
        }
    }

    private void AddHost(ReadOnlySpan<byte> value, ByteRange range)
    {
        if (_hasHost) throw Invalid("there is more than one Host header");
        if (!HostRules.IsValid(value)) throw Invalid("the Host header is not valid");
        _hasHost = true;
        if (!HasAuthority) head.HostRange = range;
    }

    private void AddExpect(ReadOnlySpan<byte> value)
    {
        if (!Is(value, "100-continue"u8)) throw new HttpStatusException(417, "the only supported expectation is 100-continue");
        head.ExpectsContinue = true;
    }

    private void AddConnection(ReadOnlySpan<byte> value)
    {
        foreach (var range in value.Split((byte)','))
        {
            var option = value[range].Trim(" \t"u8);
            if (Is(option, "close"u8)) head.HasClose = true;
            else if (Is(option, "keep-alive"u8)) head.HasKeepAlive = true;
        }
    }

    private void AddContentLength(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > MaxDigits || !Utf8Parser.TryParse(value, out long length, out var used)
            || used != value.Length || value[0] is (byte)'+' or (byte)'-')
            throw Invalid("the Content-Length is not a number");
        if (head.ContentLength >= 0 && head.ContentLength != length) throw Invalid("two Content-Length headers differ");
        head.ContentLength = length;
    }

    private void AddTransferEncoding(ReadOnlySpan<byte> value)
    {
        if (_hasTransferEncoding || !Is(value, "chunked"u8)) throw Invalid("the only supported Transfer-Encoding is a single chunked");
        _hasTransferEncoding = head.IsChunked = true;
    }
}
