using System.Buffers;

namespace NexRender.Listener.Http.Gate.Framing;

/// <summary>The sets of bytes that RFC 9110 and RFC 9112 allow.</summary>
internal static class Characters
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The bytes of a method or of the name of a header.</summary>
    public static readonly SearchValues<byte> Token = Values(Letters + "!#$%&'*+-.^_`|~");

    /// <summary>The bytes of a host that is not an address in brackets.</summary>
    public static readonly SearchValues<byte> Host = Values(Letters + "-._~%!$&'()*+,;=");

    /// <summary>The bytes of an IPv6 address.</summary>
    public static readonly SearchValues<byte> IPv6 = Values("0123456789ABCDEFabcdef:.");

    /// <summary>The bytes that a header value must not contain: control characters except the tab.</summary>
    public static readonly SearchValues<byte> NotInValue =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 127]);

    /// <summary>The bytes that a target must not contain: control characters and the space.</summary>
    public static readonly SearchValues<byte> NotInTarget = SearchValues.Create([.. Enumerable.Range(0, 33).Select(b => (byte)b), 127]);

    /// <summary>The bytes of a header value that is forwarded without encoding.</summary>
    public static readonly SearchValues<byte> Printable =
        SearchValues.Create([(byte)'\t', .. Enumerable.Range(32, 95).Select(b => (byte)b)]);

    private static SearchValues<byte> Values(string characters) => SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(characters));
}
