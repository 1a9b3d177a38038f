using System.Text;

namespace NexRender.Listener.Api;

/// <summary>The parameters of a request's query, decoded.</summary>
internal sealed class QueryString
{
    private static readonly QueryString Empty = new([]);
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly List<KeyValuePair<string, string>> _parameters;

    private QueryString(List<KeyValuePair<string, string>> parameters) => _parameters = parameters;

    /// <summary>The parameters in the order in which they were sent; a name may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters => _parameters;

    /// <summary>Parses a query such as <c>states=queued,paused&amp;limit=10</c>; a plus sign is a space.</summary>
    /// <param name="raw">The query without the question mark. Characters up to U+00FF stand for the bytes that were sent.</param>
    /// <exception cref="InvalidQueryException">The query is not valid percent-encoded UTF-8.</exception>
    public static QueryString Parse(string raw)
    {
        if (raw.Length == 0) return Empty;
        var parameters = new List<KeyValuePair<string, string>>();
        foreach (var part in raw.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = part.IndexOf('=');
            var name = end < 0 ? part : part[..end];
            parameters.Add(KeyValuePair.Create(Decode(name), end < 0 ? "" : Decode(part.AsSpan(end + 1))));
        }
        return new QueryString(parameters);
    }

    /// <summary>Returns true if a parameter was given, with or without a value.</summary>
    public bool Has(string name) => _parameters.Exists(parameter => parameter.Key == name);

    /// <summary>Returns the last value of a parameter; <c>null</c> if it was not given.</summary>
    public string? Value(string name) => _parameters.FindLast(parameter => parameter.Key == name).Value;

    /// <summary>Returns the distinct values of a parameter that is repeated or a list with commas, trimmed, without empty ones.</summary>
    public IReadOnlyList<string> Values(string name) =>
    [
        .. _parameters.Where(parameter => parameter.Key == name)
            .SelectMany(parameter => parameter.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.Ordinal),
    ];

    private static InvalidQueryException Invalid() => new("the query is not valid percent-encoded UTF-8");

    private static string Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                    throw Invalid();
                bytes[length++] = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                bytes[length++] = text[i] == '+' ? (byte)' ' : text[i] <= 0xFF ? (byte)text[i] : throw Invalid();
            }
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
}
