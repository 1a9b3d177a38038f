using System.Buffers;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>The character classes of RFC 9110 and RFC 9112.</summary>
internal static class Characters
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The bytes allowed in a method or a header name (token).</summary>
    public static readonly SearchValues<byte> Token = Values(Letters + "!#$%&'*+-.^_`|~");

    /// <summary>The bytes allowed in a host name or IPv4 address.</summary>
    public static readonly SearchValues<byte> Host = Values(Letters + "-._~%!$&'()*+,;=");

    /// <summary>The bytes forbidden in a header value: control characters except tab.</summary>
    public static readonly SearchValues<byte> NotInValue =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 127]);

    /// <summary>The bytes forbidden in a request target: control characters and space.</summary>
    public static readonly SearchValues<byte> NotInTarget = SearchValues.Create([.. Enumerable.Range(0, 33).Select(b => (byte)b), 127]);

    /// <summary>The bytes of a header value that is forwarded without encoding.</summary>
    public static readonly SearchValues<byte> Printable =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(32, 95).Select(b => (byte)b)]);

    private static SearchValues<byte> Values(string characters) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(characters));
}
