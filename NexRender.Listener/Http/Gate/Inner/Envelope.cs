using System.Globalization;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// The header in which the gate sends what the inner request line cannot contain: a token that authenticates the gate, the address of
/// the client, the method, the host and the target.
/// </summary>
/// <remarks>
/// The inner request always has the target "/", because HttpListener would resolve dot segments and http.sys rejects segments of more
/// than 260 characters. All of it is ASCII: with code page 1252 the HttpListener of Windows throws on the bytes 0x80 to 0x9F.
/// </remarks>
internal sealed record Envelope(int Connection, string Address, string Method, string Host, string Target)
{
    public const string HeaderName = "nexrender-gate";

    /// <summary>The prefix of percent-encoded values: those with non-ASCII bytes, and those that start with the prefix itself.</summary>
    private const string Marker = "%%";

    public static ReadOnlySpan<byte> Name => "nexrender-gate"u8;

    public static ReadOnlySpan<byte> EncodedMarker => "%%"u8;

    /// <summary>Parses the header; returns <c>null</c> if it does not contain the token of the gate.</summary>
    public static Envelope? Open(string? value, string token)
    {
        if (value is null || !value.StartsWith(token, StringComparison.Ordinal)) return null;
        var parts = value.Split(' ');
        return parts is [var given, var connection, var address, var method, var host, var target] && given == token
            ? new Envelope(int.Parse(connection, CultureInfo.InvariantCulture), address, Known(method), host == "-" ? "" : host, target)
            : null;
    }

    /// <summary>Returns a header value as the client sent it, one character per byte.</summary>
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

    // Interned, so that the comparison of methods in the routes succeeds by reference.
    private static string Known(string method) => method switch
    {
        "GET" => "GET",
        "PUT" => "PUT",
        "POST" => "POST",
        _ => method,
    };
}
