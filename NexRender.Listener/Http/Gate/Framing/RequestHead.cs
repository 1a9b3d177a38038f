using System.Text;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>The parsed head of a request. A connection uses one object for all of its requests.</summary>
internal sealed class RequestHead : IRequestHead
{
    private const int UsualFields = 12;

    private HeaderField[] _fields = new HeaderField[UsualFields];
    private int _count;
    private byte[] _buffer = [];

    /// <summary>The length of the head in bytes, the empty line at its end included.</summary>
    public int Length { get; private set; }

    public ByteRange MethodRange { get; set; }

    /// <summary>The target in origin form (a path with its query), or <c>*</c>.</summary>
    public ByteRange TargetRange { get; set; }

    /// <summary>The host of the request; empty if there is none, as HTTP/1.0 allows.</summary>
    public ByteRange HostRange { get; set; }

    public bool IsVersion10 { get; set; }

    /// <summary>The announced length of the body; -1 if none is announced.</summary>
    public long ContentLength { get; set; }

    public bool IsChunked { get; set; }

    /// <summary>True if the client waits for <c>100 Continue</c> before it sends its body.</summary>
    public bool ExpectsContinue { get; set; }

    public bool HasClose { get; set; }

    public bool HasKeepAlive { get; set; }

    /// <summary>True if the client can send another request on the same connection.</summary>
    public bool KeepsAlive => !HasClose && (!IsVersion10 || HasKeepAlive);

    /// <summary>True if the method is HEAD: the response has no body, and a body of the request has no meaning.</summary>
    public bool IsHead => Method.SequenceEqual("HEAD"u8);

    public bool HasBody => IsChunked || ContentLength > 0;

    /// <summary>The header lines that are forwarded: all that are not about the connection or the framing.</summary>
    public ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, _count);

    public ReadOnlySpan<byte> Method => this[MethodRange];

    public ReadOnlySpan<byte> Target => this[TargetRange];

    public ReadOnlySpan<byte> Host => this[HostRange];

    public ReadOnlySpan<byte> this[ByteRange range] => _buffer.AsSpan(range.Start, range.Length);

    public void Clear()
    {
        if (_fields.Length > 4 * UsualFields) _fields = new HeaderField[UsualFields];
        (_count, _buffer, Length) = (0, [], 0);
        (MethodRange, TargetRange, HostRange) = (default, default, default);
        ContentLength = -1;
        IsVersion10 = IsChunked = ExpectsContinue = HasClose = HasKeepAlive = false;
    }

    public void Add(HeaderField field)
    {
        if (_count == _fields.Length) Array.Resize(ref _fields, _count * 2);
        _fields[_count++] = field;
    }

    /// <summary>Completes the head.</summary>
    public void Complete(byte[] buffer, int length) => (_buffer, Length) = (buffer, length);

    /// <summary>Sets the buffer to a copy of the previous one.</summary>
    public void Rebase(byte[] buffer) => _buffer = buffer;

    string IRequestHead.Method => Encoding.Latin1.GetString(Method);

    string IRequestHead.Target => Encoding.Latin1.GetString(Target);

    string? IRequestHead.Header(string name)
    {
        // Of several the last one counts, as in HttpListener.
        for (var i = _count - 1; i >= 0; i--)
            if (Ascii.EqualsIgnoreCase(this[_fields[i].Name], name)) return Encoding.Latin1.GetString(this[_fields[i].Value]);
        return null;
    }
}
