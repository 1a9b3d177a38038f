using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Relay;

/// <summary>The head of a response of the leader.</summary>
/// <param name="Status">The status.</param>
/// <param name="Length">The length of the body; -1 if it comes in chunks.</param>
/// <param name="Closes">True if the connection cannot be used again.</param>
/// <param name="Fields">The headers that are meant for the client, but for the media type.</param>
internal sealed record LeaderResponse(int Status, long Length, bool Closes, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private const string MediaType = "Content-Type";

    // About the connection, or set for every response.
    private static readonly HashSet<string> NotRelayed = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Trailer", "Upgrade", "Content-Length", "Date", "Server",
        MediaType, RelayHeader.Name,
    };

    public string? ContentType { get; private init; }

    /// <summary>True if the server stands by, and has not carried out the request.</summary>
    public bool StandsBy { get; private init; }

    /// <summary>Returns the head in its parsed form.</summary>
    /// <exception cref="LeaderLostException">The head is not one of HTTP/1.1 with a length.</exception>
    public static LeaderResponse Of(in ResponseHead head, bool isHead)
    {
        var hasBody = !isHead && head.MayHaveBody;
        if (head.Status < 200 || (hasBody && !head.IsChunked && head.ContentLength < 0))
            throw new LeaderLostException("the answer of the leader is not one of a nexrender-listener");
        var all = head.Fields();
        var length = head.Status is 204 or 304 ? 0 : head.IsChunked ? -1 : Math.Max(0, head.ContentLength);
        return new LeaderResponse(head.Status, length, head.Closes, [.. all.Where(field => !NotRelayed.Contains(field.Key))])
        {
            ContentType = all.Find(field => field.Key.Equals(MediaType, StringComparison.OrdinalIgnoreCase)).Value,
            StandsBy = all.Exists(field => field.Key.Equals(RelayHeader.Name, StringComparison.OrdinalIgnoreCase)),
        };
    }
}
