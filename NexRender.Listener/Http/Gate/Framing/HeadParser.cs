using System.Buffers;
using System.Text;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>
/// Parses the head of a request strictly, as RFC 9112 defines it, line by line as the lines arrive. Whatever another server could
/// understand differently is refused: the inner listener, or a proxy in front, might take a part of the body for another request.
/// </summary>
internal sealed class HeadParser
{
    private const int MaxMethodLength = 64;
    private const string PlainHttp = "this port speaks plain HTTP";

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

    /// <summary>Prepares for the next head.</summary>
    public void Reset()
    {
        (_line, _scanned, _hasRequestLine) = (0, 0, false);
        Head.Clear();
        _fields.Reset();
    }

    /// <summary>Parses what has been received; true if the head is complete.</summary>
    /// <param name="buffer">The buffer that begins with the head; it may be a larger copy of the previous one.</param>
    /// <param name="length">The number of bytes received.</param>
    /// <exception cref="HttpStatusException">The head is invalid or too large.</exception>
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
            if (end == _line || received[end - 1] != '\r') throw Invalid("a line of the request head does not end with CR LF");
            var line = new ByteRange(_line, end - 1 - _line);
            _line = _scanned = end + 1;
            if (Parse(received, line)) continue;
            _fields.Finish(received);
            Head.Complete(buffer, end + 1);
            return true;
        }
    }

    /// <summary>Returns true if only empty lines have been received.</summary>
    public bool IsEmpty(int length) => !_hasRequestLine && _line == length;

    private static HttpStatusException Invalid(string reason) => FieldParser.Invalid(reason);

    private static HttpStatusException AddressTooLong() => new(414, "the address is too long");

    // Returns false for the empty line that ends the head. Empty lines before it are ignored: some clients send one after a body.
    private bool Parse(ReadOnlySpan<byte> received, ByteRange line)
    {
        if (_hasRequestLine && line.Length == 0) return false;
        if (_hasRequestLine) _fields.Add(received, line);
        else if (line.Length > 0) ParseRequestLine(received, line);
        return true;
    }

    private void RequireLength(int end)
    {
        // A request line that is too long is refused before its end has arrived.
        if (!_hasRequestLine && end - _line > _limits.Target + MaxMethodLength) throw AddressTooLong();
        if (end >= _limits.Head) throw new HttpStatusException(431, $"the request head is longer than {_limits.Head >> 10} KB");
    }

    // A TLS hello begins with the byte 22, and other binary protocols with other bytes that no method begins with.
    private static void RequireText(byte first)
    {
        if (first is (byte)'\r' or (byte)'\n' || Characters.Token.Contains(first)) return;
        throw Invalid(first == 22 ? PlainHttp : "this is not HTTP");
    }

    private void ParseRequestLine(ReadOnlySpan<byte> received, ByteRange line)
    {
        var text = received.Slice(line.Start, line.Length);
        var first = text.IndexOf((byte)' ');
        var last = text.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first + 1) throw Invalid("the request line does not have the form METHOD TARGET HTTP/1.1");
        if (text[..first].ContainsAnyExcept(Characters.Token)) throw Invalid("the method is not valid");
        if (text.SequenceEqual("PRI * HTTP/2.0"u8)) throw Invalid(PlainHttp);
        ParseVersion(text[(last + 1)..]);
        var target = new ByteRange(line.Start + first + 1, last - first - 1);
        if (target.Length > _limits.Target) throw AddressTooLong();
        if (text[(first + 1)..last].ContainsAny(Characters.NotInTarget))
            throw Invalid("the request target contains a space or a control character");
        Head.MethodRange = new ByteRange(line.Start, first);
        Head.TargetRange = OriginForm(received, target, isOptions: text[..first].SequenceEqual("OPTIONS"u8));
        _hasRequestLine = true;
    }

    private void ParseVersion(ReadOnlySpan<byte> version)
    {
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || !char.IsAsciiDigit((char)version[5]) || version[6] != '.'
            || !char.IsAsciiDigit((char)version[7]))
            throw Invalid("the HTTP version is not valid");
        if (version[5] == '0') throw Invalid("HTTP/0.9 is not supported");
        if (version[5] != '1') throw new HttpStatusException(505, "only HTTP/1.1 and HTTP/1.0 are supported");
        Head.IsVersion10 = version[7] == '0';
    }

    private ByteRange OriginForm(ReadOnlySpan<byte> received, ByteRange target, bool isOptions)
    {
        var text = received.Slice(target.Start, target.Length);
        if (text[0] == '/' || (isOptions && text is [(byte)'*'])) return target;
        // The absolute form, which clients use for proxies: its host takes precedence over the Host header.
        var scheme = StartsWith(text, "http://"u8) ? "http://".Length : StartsWith(text, "https://"u8) ? "https://".Length : 0;
        if (scheme == 0) throw Invalid("the request target does not start with a slash");
        var end = text[scheme..].IndexOfAny((byte)'/', (byte)'?');
        var authority = end < 0 ? text[scheme..] : text.Slice(scheme, end);
        if (!HostRules.IsValid(authority)) throw Invalid("the host in the request target is not valid");
        Head.HostRange = new ByteRange(target.Start + scheme, authority.Length);
        _fields.HasAuthority = true;
        if (end >= 0 && text[scheme + end] == '/') return new ByteRange(target.Start + scheme + end, text.Length - scheme - end);
        // An absent path means "/". No route of this server has that path, so that a query makes no difference.
        return new ByteRange(target.Start + scheme - 1, 1);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
