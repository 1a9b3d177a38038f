using NexRender.Listener.Api;

namespace NexRender.Listener.Http.Relay;

/// <summary>A request on its way to the leader.</summary>
/// <param name="exchange">The exchange with the client.</param>
/// <param name="route">The route of the request.</param>
/// <param name="body">The body.</param>
internal sealed class RelayAttempt(Exchange exchange, Route route, ReadOnlyMemory<byte> body)
{
    // It changes nothing, or nothing twice.
    private readonly bool _isRepeatable =
        route.IsSafe || (route.Method == "POST" && !string.IsNullOrEmpty(exchange.Header("Idempotency-Key")));

    public Exchange Exchange => exchange;

    public Route Route => route;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>True if the method is HEAD, so that no body follows the head of the response.</summary>
    public bool IsHead { get; } = exchange.Method == "HEAD";

    /// <summary>The reason why no response was received.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>True if the request may be sent again.</summary>
    public bool CanRepeat { get; private set; }

    /// <summary>Records that the request was not carried out.</summary>
    public void NotSent(string reason) => (Failure, CanRepeat) = (reason, true);

    /// <summary>Records that the request was sent and got no answer.</summary>
    public void NoAnswer(string reason)
    {
        // A client may repeat more than this server does for it.
        var isIdempotent = _isRepeatable || route.Method is "PUT" or "DELETE";
        (Failure, CanRepeat) = (isIdempotent ? reason : $"{reason}; the request may have been carried out", _isRepeatable);
    }
}
