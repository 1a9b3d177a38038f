using System.Globalization;
using System.Text;

namespace NexRender.Listener.Http;

/// <summary>
/// Parses the target of a request as the client sent it. HttpListener's own URL differs from it: it resolves dots, turns backslashes and
/// takes the Host header for a part of the path.
/// </summary>
internal static class RequestTarget
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Returns the path of a target, without query and without a trailing slash.</summary>
    public static string Path(string target)
    {
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
            target = target.IndexOf('/', scheme + 3) is var slash and > 0 ? target[slash..] : "/";
        var end = target.AsSpan().IndexOfAny('?', '#');
        if (end >= 0) target = target[..end];
        return target.Length > 1 && target.EndsWith('/') ? target[..^1] : target;
    }

    /// <summary>Returns the query of a target, without the question mark; empty if there is none.</summary>
    public static string Query(string target)
    {
        var fragment = target.IndexOf('#');
        if (fragment >= 0) target = target[..fragment];
        var start = target.IndexOf('?');
        return start < 0 ? "" : target[(start + 1)..];
    }

    /// <summary>Decodes a percent-encoded segment of a path.</summary>
    /// <exception cref="HttpStatusException">The segment is not valid percent-encoded UTF-8.</exception>
    public static string Decode(ReadOnlySpan<char> segment)
    {
        if (!segment.Contains('%') && Ascii.IsValid(segment)) return segment.ToString();
        var bytes = new byte[segment.Length];
        var length = 0;
        for (var i = 0; i < segment.Length; i++)
        {
            var c = segment[i];
            if (c == '%')
            {
                if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2]))
                    throw Invalid();
                bytes[length++] = byte.Parse(segment.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
                continue;
            }
            // HttpListener decodes the bytes of a target as Latin-1; this restores what curl sends unencoded.
            bytes[length++] = c <= 0xFF ? (byte)c : throw Invalid();
        }
        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid();
        }
    }

    private static HttpStatusException Invalid() => new(400, "the path is not valid percent-encoded UTF-8");
}
