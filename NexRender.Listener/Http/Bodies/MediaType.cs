using System.Text;

namespace NexRender.Listener.Http.Bodies;

/// <summary>The media type of a request body, as far as the server reads it.</summary>
/// <param name="IsJson">True if the type is one that JSON is sent as.</param>
/// <param name="Charset">The declared charset in lower case; <c>null</c> if none is declared.</param>
internal readonly record struct MediaType(bool IsJson, string? Charset)
{
    // Throws for what the charset does not allow, so that nothing is stored that was not sent.
    private static readonly UnicodeEncoding Utf16 = new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding Utf16BigEndian = new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>True if the body can be decoded.</summary>
    public bool IsSupported => IsUtf8 || Decoder() is not null;

    private bool IsUtf8 => Charset is null or "utf-8" or "utf8" or "us-ascii" or "ascii";

    /// <summary>Parses the value of <c>Content-Type</c>.</summary>
    public static MediaType Parse(string? contentType)
    {
        if (contentType is null) return default;
        var parts = contentType.Split(';', StringSplitOptions.TrimEntries);
        string? charset = null;
        foreach (var parameter in parts.Skip(1))
        {
            if (parameter.StartsWith("charset=", StringComparison.OrdinalIgnoreCase)) charset =
                parameter[8..].Trim('"', ' ').ToLowerInvariant();
        }
        return new MediaType(IsJsonType(parts[0].ToLowerInvariant()), charset);
    }

    /// <summary>Returns the body in UTF-8.</summary>
    /// <exception cref="HttpStatusException">The body is not valid in its charset.</exception>
    public ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> body)
    {
        if (IsUtf8) return body;
        try
        {
            var text = Decoder()!.GetString(body.Span);
            return Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        }
        catch (ArgumentException)
        {
            throw new HttpStatusException(400, $"Invalid JSON: the body is not valid {Charset}");
        }
    }

    // Clients and workers up to 1.12 send JSON as text/plain.
    private static bool IsJsonType(string type) =>
        type is "application/json" or "text/json" or "text/plain"
        || (type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal));

    private Encoding? Decoder() => Charset switch
    {
        "iso-8859-1" or "latin1" => Encoding.Latin1,
        "utf-16" or "utf-16le" => Utf16,
        "utf-16be" => Utf16BigEndian,
        _ => null,
    };
}
