using System.Globalization;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// The header by which the gate hands on what the line of the inner request cannot carry: the proof that the request comes from the gate,
/// the address of the client, the method, the host and the target.
/// </summary>
/// <remarks>
/// The inner request itself always has the target "/". HttpListener would resolve dots in another one, and http.sys refuses segments of
/// more than 260 characters. Everything is ASCII: at code page 1252 the listener of Windows throws on the bytes 0x80 to 0x9F.
/// </remarks>
internal sealed record Envelope(int Connection, string Address, string Method, string Host, string Target)
{
    public const string HeaderName = "nexrender-gate";

    /// <summary>Begins each value that is percent-encoded: one with bytes beyond ASCII, or one that begins like this itself.</summary>
    private const string Marker = "%%";

    public static ReadOnlySpan<byte> Name => "nexrender-gate"u8;

    public static ReadOnlySpan<byte> EncodedMarker => "%%"u8;

    /// <summary>Reads the header; <c>null</c> if the request does not come from the gate with this token.</summary>
    public static Envelope? Open(string? value, string token)
    {
        if (value is null || !value.StartsWith(token, StringComparison.Ordinal)) return null;
        var parts = value.Split(' ');
        return parts is [var given, var connection, var address, var method, var host, var target] && given == token
            ? new Envelope(int.Parse(connection, CultureInfo.InvariantCulture), address, Known(method), host == "-" ? "" : host, target)
            : null;
    }

    /// <summary>The value of a header as the client sent it, a character for each byte.</summary>
    public static string? Decode(string? value)
    {
        if (value is null || !value.StartsWith(Marker, StringComparison.Ordinal)) return value;
        var text = new StringBuilder(value.Length);
        for (var i = Marker.Length; i < value.Length; i++)
        {
            if (value[i] != '%')
            {
                text.Append(value[i]);
                continue;
            }
            text.Append((char)byte.Parse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 2;
        }
        return text.ToString();
    }

    // Routes compare methods, and a string that is the very same is compared fastest.
    private static string Known(string method) => method switch
    {
        "GET" => "GET",
        "PUT" => "PUT",
        "POST" => "POST",
        _ => method,
    };
}
