using System.Text;

namespace NexRender.Listener.Http;

/// <summary>
/// Reads the target of a request as the client sent it. The listener's own URL is not that: it resolves dots, turns slashes and takes
/// the host header for a part of the path.
/// </summary>
internal static class RequestTarget
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The path of a target, without query and without the slash at its end.</summary>
    public static string Path(string target)
    {
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
            target = target.IndexOf('/', scheme + 3) is var slash and > 0 ? target[slash..] : "/";
        var end = target.AsSpan().IndexOfAny('?', '#');
        if (end >= 0) target = target[..end];
        return target.Length > 1 && target.EndsWith('/') ? target[..^1] : target;
    }

    /// <summary>A segment of a path without percent signs.</summary>
    /// <exception cref="HttpStatusException">It is not what percent-encoding makes of a text.</exception>
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
                if (i + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[i + 1]) || !char.IsAsciiHexDigit(segment[i + 2])) throw Bad();
                bytes[length++] = byte.Parse(segment.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null);
                i += 2;
            }
            // The listener makes a character of every byte; what curl sends unencoded is turned back.
            else bytes[length++] = c <= 0xFF ? (byte)c : throw Bad();
        }
        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw Bad();
        }
    }

    private static HttpStatusException Bad() => new(400, "the path is not valid percent-encoded UTF-8");
}
