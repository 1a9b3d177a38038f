using System.Globalization;
using System.Text;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// The header of an inner request that proves that it comes from the gate, and carries the number of the inner connection, the address of
/// the client, and the method, host and target of the client's request.
/// </summary>
/// <remarks>
/// The target of an inner request is always "/". HttpListener would resolve the dots of another one, and http.sys refuses segments of more
/// than 260 characters. All bytes are ASCII: with code page 1252, HttpListener on Windows throws on the bytes 0x80 to 0x9F.
/// </remarks>
/// <param name="Connection">The number of the inner connection.</param>
/// <param name="Address">The address of the client.</param>
/// <param name="Method">The method.</param>
/// <param name="Host">The host; empty if there is none.</param>
/// <param name="Target">The target, percent-encoded beyond ASCII.</param>
internal sealed record Envelope(int Connection, string Address, string Method, string Host, string Target)
{
    public const string HeaderName = "nexrender-gate";

    /// <summary>The value of the header in the head of a stream, whose body the handler sends to the client itself.</summary>
    public const string Stream = "stream";

    // Not a valid host.
    private const string NoHost = "/";

    /// <summary>The prefix of percent-encoded header values: those with bytes beyond ASCII, and those that begin with the prefix.</summary>
    private const string Marker = "%%";

    public static ReadOnlySpan<byte> Name => "nexrender-gate"u8;

    public static ReadOnlySpan<byte> EncodedMarker => "%%"u8;

    /// <summary>Parses the header; <c>null</c> if the request does not carry the token.</summary>
    public static Envelope? Open(string? value, string token)
    {
        if (value is null || !value.StartsWith(token, StringComparison.Ordinal)) return null;
        var parts = value.Split(' ');
        return parts is [var given, var connection, var address, var method, var host, var target] && given == token
            ? new Envelope(int.Parse(connection, CultureInfo.InvariantCulture), address, Known(method), host == NoHost ? "" : host, target)
            : null;
    }

    /// <summary>Returns the value of a forwarded header as the client sent it, one character for each byte.</summary>
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

    // The router compares methods; the comparison of a string with itself is the fastest.
    private static string Known(string method) => method switch
    {
        "GET" => "GET",
        "PUT" => "PUT",
        "POST" => "POST",
        _ => method,
    };
}
