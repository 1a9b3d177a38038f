using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Responses;

/// <summary>Decides which lists are compressed: long ones, for clients that accept it.</summary>
internal static class ListCompression
{
    // A shorter list is sent sooner than it is compressed.
    private const int MinLength = 64 << 10;

    /// <summary>Returns true if the response is compressed for some clients, so that caches must tell them apart.</summary>
    public static bool IsPossible(ApiResponse response) => response.Content is ListContent list && list.IsLongerThan(MinLength);

    /// <summary>Returns true if the response is to be compressed.</summary>
    public static bool IsWanted(Exchange exchange, ApiResponse response) =>
        IsPossible(response) && AcceptsGzip(exchange.Header("accept-encoding"));

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
