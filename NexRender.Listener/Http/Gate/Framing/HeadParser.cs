using System.Buffers;
using System.Text;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>
/// Parses a request head incrementally, strictly by RFC 9112.
/// </summary>
/// <remarks>
/// Ambiguous input is rejected: if the inner listener or a proxy in front interpreted it differently, the body of one request could be
/// parsed as the next request (request smuggling).
/// </remarks>
internal sealed class HeadParser
{
    private const int RoomForMethod = 64;

    private readonly GateLimits _limits;
    private readonly FieldParser _fields;
    private int _line;
    private int _scanned;
    private bool _hasRequestLine;

    public HeadParser(GateLimits limits)
    {
        _limits = limits;
        _fields = new FieldParser(Head);
        Reset();
    }

    public RequestHead Head { get; } = new();

    /// <summary>Prepares the parser for the next head.</summary>
    public void Reset()
    {
        (_line, _scanned, _hasRequestLine) = (0, 0, false);
        Head.Clear();
        _fields.Reset();
    }

    /// <summary>Parses the bytes received since the last call; returns true if the head is complete.</summary>
    /// <param name="buffer">The buffer, which starts with the head; it may have been reallocated since the last call.</param>
    /// <param name="length">The number of received bytes in the buffer.</param>
    /// <exception cref="HttpStatusException">The bytes are not a valid request head, or exceed a limit.</exception>
    public bool TryParse(byte[] buffer, int length)
    {
        var received = buffer.AsSpan(0, length);
        if (_scanned == 0 && length > 0) RequireText(received[0]);
        while (true)
        {
            var found = received[_scanned..].IndexOf((byte)'\n');
            var end = found < 0 ? length : _scanned + found;
            RequireLength(end);
            _scanned = end;
            if (found < 0) return false;
            if (end == _line || received[end - 1] != '\r') throw Bad("a line of the request head does not end with CR LF");
            var line = new ByteRange(_line, end - 1 - _line);
            _line = _scanned = end + 1;
            if (Parse(received, line)) continue;
            _fields.Finish(received);
            Head.Complete(buffer, end + 1);
            return true;
        }
    }

    private static HttpStatusException Bad(string reason) => FieldParser.Bad(reason);

    // False at the empty line that ends the head; empty lines before it are left over from clients that end a body with one.
    private bool Parse(ReadOnlySpan<byte> received, ByteRange line)
    {
        if (_hasRequestLine && line.Length == 0) return false;
        if (_hasRequestLine) _fields.Add(received, line);
        else if (line.Length > 0) ParseRequestLine(received, line);
        return true;
    }

    private void RequireLength(int end)
    {
        // An overlong request line is rejected before its end is received.
        if (!_hasRequestLine && end - _line > _limits.Target + RoomForMethod)
            throw new HttpStatusException(414, "the address is too long");
        if (end >= _limits.Head) throw new HttpStatusException(431, $"the request head is longer than {_limits.Head >> 10} KB");
    }

    // The first byte of a TLS ClientHello is 22; SSL 2.0 and other binary protocols do not start with text either.
    private static void RequireText(byte first)
    {
        if (first is not ((byte)'\r' or (byte)'\n') && !Characters.Token.Contains(first)) throw Bad(first == 22 ? PlainHttp
            : "the request is not HTTP");
    }

    private const string PlainHttp = "this port accepts only unencrypted HTTP/1.x";

    private void ParseRequestLine(ReadOnlySpan<byte> received, ByteRange line)
    {
        var text = received.Slice(line.Start, line.Length);
        var first = text.IndexOf((byte)' ');
        var last = text.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first + 1) throw Bad("the request line does not have the form METHOD TARGET HTTP/1.1");
        if (text[..first].ContainsAnyExcept(Characters.Token)) throw Bad("the method is not valid");
        if (text.SequenceEqual("PRI * HTTP/2.0"u8)) throw Bad(PlainHttp);
        ParseVersion(text[(last + 1)..]);
        var target = new ByteRange(line.Start + first + 1, last - first - 1);
        if (target.Length > _limits.Target) throw new HttpStatusException(414, "the address is too long");
        if (text[(first + 1)..last].ContainsAny(Characters.NotInTarget))
            throw Bad("the request target contains a space or a control character");
        Head.MethodRange = new ByteRange(line.Start, first);
        Head.TargetRange = OriginForm(received, target, isOptions: text[..first].SequenceEqual("OPTIONS"u8));
        _hasRequestLine = true;
    }

    private void ParseVersion(ReadOnlySpan<byte> version)
    {
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || !char.IsAsciiDigit((char)version[5]) || version[6] != '.'
            || !char.IsAsciiDigit((char)version[7]))
            throw Bad("the HTTP version is not valid");
        if (version[5] == '0') throw Bad("HTTP/0.9 is not supported");
        if (version[5] != '1') throw new HttpStatusException(505, "only HTTP/1.1 and HTTP/1.0 are supported");
        Head.IsVersion10 = version[7] == '0';
    }

    private ByteRange OriginForm(ReadOnlySpan<byte> received, ByteRange target, bool isOptions)
    {
        var text = received.Slice(target.Start, target.Length);
        if (text[0] == '/' || (isOptions && text is [(byte)'*'])) return target;
        // Absolute form, as proxies send it: the authority overrides the Host header, and the rest is the target.
        var scheme = text.Length > 7 && Ascii.EqualsIgnoreCase(text[..7], "http://"u8) ? 7 : text.Length > 8
            && Ascii.EqualsIgnoreCase(text[..8], "https://"u8) ? 8 : 0;
        if (scheme == 0) throw Bad("the request target does not start with a slash");
        var end = text[scheme..].IndexOfAny((byte)'/', (byte)'?');
        var authority = end < 0 ? text[scheme..] : text.Slice(scheme, end);
        if (!HostRules.IsValid(authority)) throw Bad("the host in the request target is not valid");
        Head.HostRange = new ByteRange(target.Start + scheme, authority.Length);
        _fields.HasAuthority = true;
        if (end >= 0 && text[scheme + end] == '/') return new ByteRange(target.Start + scheme + end, text.Length - scheme - end);
        // An empty path means "/"; a query after an empty path is dropped, as no resource of this server has one.
        return new ByteRange(target.Start + scheme - 1, 1);
    }
}
