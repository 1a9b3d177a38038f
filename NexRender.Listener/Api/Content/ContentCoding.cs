namespace NexRender.Listener.Api.Content;

/// <summary>The compression that clients accept.</summary>
internal static class ContentCoding
{
    /// <summary>Returns true if the value of <c>Accept-Encoding</c> allows gzip (RFC 9110, 12.5.3).</summary>
    public static bool AcceptsGzip(string? accepted)
    {
        if (accepted is null) return false;
        var allowsAny = false;
        foreach (var entry in accepted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(';', StringSplitOptions.TrimEntries);
            var isAllowed = !parts.Skip(1).Any(IsZeroWeight);
            if (parts[0].Equals("gzip", StringComparison.OrdinalIgnoreCase)) return isAllowed;
            if (parts[0] == "*") allowsAny = isAllowed;
        }
        return allowsAny;
    }

    private static bool IsZeroWeight(string parameter) =>
        parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase) && parameter.AsSpan(2).Trim("0.").IsEmpty;
}
