using System.Text;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>A parsed request head; reused for all requests of a connection.</summary>
internal sealed class RequestHead : IRequestHead
{
    private const int UsualFields = 12;

    private HeaderField[] _fields = new HeaderField[UsualFields];
    private int _count;
    private byte[] _buffer = [];

    /// <summary>The length of the head in bytes, including the final empty line.</summary>
    public int Length { get; private set; }

    public ByteRange MethodRange { get; set; }

    /// <summary>The request target in origin form (path and query), or <c>*</c>.</summary>
    public ByteRange TargetRange { get; set; }

    /// <summary>The host of the request; empty if an HTTP/1.0 request has none.</summary>
    public ByteRange HostRange { get; set; }

    public bool IsVersion10 { get; set; }

    /// <summary>The value of <c>Content-Length</c>; -1 if the header is missing.</summary>
    public long ContentLength { get; set; }

    public bool IsChunked { get; set; }

    /// <summary>True if the client waits for <c>100 Continue</c> before sending the body.</summary>
    public bool ExpectsContinue { get; set; }

    public bool HasClose { get; set; }

    public bool HasKeepAlive { get; set; }

    /// <summary>True if the connection is persistent as far as the client is concerned.</summary>
    public bool KeepsAlive => !HasClose && (!IsVersion10 || HasKeepAlive);

    public bool HasBody => IsChunked || ContentLength > 0;

    /// <summary>The header lines to forward: all except hop-by-hop and framing headers.</summary>
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

    /// <summary>Sets the buffer, which starts with the head, and the length of the complete head.</summary>
    public void Complete(byte[] buffer, int length) => (_buffer, Length) = (buffer, length);

    /// <summary>Sets the buffer after a reallocation.</summary>
    public void Rebase(byte[] buffer) => _buffer = buffer;

    string IRequestHead.Method => Encoding.Latin1.GetString(Method);

    string IRequestHead.Target => Encoding.Latin1.GetString(Target);

    string? IRequestHead.Header(string name)
    {
        // The last of several headers counts, as in HttpListener.
        for (var i = _count - 1; i >= 0; i--)
            if (Ascii.EqualsIgnoreCase(this[_fields[i].Name], name)) return Encoding.Latin1.GetString(this[_fields[i].Value]);
        return null;
    }
}
