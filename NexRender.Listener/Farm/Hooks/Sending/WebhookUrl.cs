namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>Parses the addresses of webhooks, and refuses what two programs could understand differently.</summary>
internal static class WebhookUrl
{
    private const int MaxLength = 2048;

    // Escapes of the characters that separate segments, or make up the segments "." and "..".
    private static readonly string[] Ambiguous = ["%2e", "%2f", "%5c"];

    /// <summary>Parses an absolute address of http or https.</summary>
    /// <param name="text">The address.</param>
    /// <param name="url">The parsed address; <c>null</c> if it is refused.</param>
    /// <returns>The reason why it is refused; <c>null</c> if it is not.</returns>
    public static string? Check(string text, out Uri? url)
    {
        url = null;
        if (text.Length > MaxLength) return $"it is longer than {MaxLength} characters";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var isHttp = scheme > 0 && text[..scheme].ToLowerInvariant() is "http" or "https";
        if (!isHttp) return "it does not begin with http:// or https://";
        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return "it has whitespace or control characters";
        if (text.Contains('\\')) return "it has a backslash";
        if (CheckParts(text.AsSpan(scheme + 3)) is { } problem) return problem;
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.IdnHost.Length > 0 && parsed.Port > 0;
        if (!isUrl) return "it is not a URL";
        url = parsed;
        return null;
    }

    // What Uri would make another text of, silently.
    private static string? CheckParts(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny("/?#");
        var authority = end < 0 ? rest : rest[..end];
        if (authority.Contains('@')) return "it has a user name";
        if (authority.Contains('%')) return "its host has an escape";
        var path = end < 0 ? "" : rest[end..].ToString().Split('?', '#')[0];
        if (path.Split('/').Any(segment => segment.Split(';')[0] is "." or "..")) return "its path has the segment . or ..";
        return Ambiguous.Any(escape => path.Contains(escape, StringComparison.OrdinalIgnoreCase))
            ? "its path has an escape of . / or \\" : null;
    }

    /// <summary>Returns an address for the log: a query may hold a secret.</summary>
    public static string Describe(Uri url) => $"{Origin(url)}{url.AbsolutePath}";

    /// <summary>Returns scheme, host and port of an address.</summary>
    public static string Origin(Uri url) => $"{url.Scheme}://{HostAndPort(url)}";

    /// <summary>Returns host and port as in a <c>Host</c> header.</summary>
    public static string HostAndPort(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost.Trim('[', ']')}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }
}
