using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Relay;

/// <summary>The head of a response of the leader.</summary>
internal sealed class LeaderResponse
{
    // About the connection, or set for every response.
    private static readonly string[] NotRelayed =
    [
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Trailer", "Upgrade", "Content-Length", "Date", "Server",
    ];

    /// <param name="head">The head in its parsed form.</param>
    /// <param name="isHead">True if no body follows, because the method was HEAD.</param>
    /// <exception cref="LeaderLostException">The head is not one of HTTP/1.1 with a length.</exception>
    public LeaderResponse(in ResponseHead head, bool isHead)
    {
        // A transfer coding: the leader's streams come in chunks.
        var isChunked = head.IsAborted;
        var hasBody = !isHead && head.Status is not (204 or 304);
        if (head.Status < 200 || (hasBody && !isChunked && head.ContentLength < 0))
            throw new LeaderLostException("the answer of the leader is not one of a nexrender-listener");
        (Status, Closes) = (head.Status, head.Closes);
        Length = head.Status is 204 or 304 ? 0 : isChunked ? -1 : Math.Max(0, head.ContentLength);
        foreach (var field in head.Fields())
        {
            if (field.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)) ContentType = field.Value;
            else if (field.Key.Equals(RelayHeader.Name, StringComparison.OrdinalIgnoreCase)) StandsBy = true;
            else if (!NotRelayed.Contains(field.Key, StringComparer.OrdinalIgnoreCase)) Fields.Add(field);
        }
    }

    public int Status { get; }

    /// <summary>The length of the body; -1 if it comes in chunks.</summary>
    public long Length { get; }

    /// <summary>True if the connection cannot be used again.</summary>
    public bool Closes { get; set; }

    public string? ContentType { get; }

    /// <summary>The headers that are meant for the client, but for the media type.</summary>
    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>True if the server stands by, and has not carried out the request.</summary>
    public bool StandsBy { get; }
}
