using NexRender.Listener.Api;

namespace NexRender.Listener.Http.Relay;

/// <summary>A request on its way to the leader.</summary>
/// <param name="Exchange">The exchange with the client.</param>
/// <param name="Route">The route of the request.</param>
/// <param name="Body">The body.</param>
internal sealed record RelayAttempt(Exchange Exchange, Route Route, ReadOnlyMemory<byte> Body)
{
    /// <summary>True if the method is HEAD, so that no body follows the head of the response.</summary>
    public bool IsHead { get; } = Exchange.Method == "HEAD";

    /// <summary>True if the request may be sent again although it may have been carried out: it changes nothing, or nothing twice.</summary>
    public bool CanRepeat { get; } = Route.IsSafe || (Route.Method == "POST" && !string.IsNullOrEmpty(Exchange.Header("Idempotency-Key")));

    /// <summary>True if it does no harm when a client repeats the request.</summary>
    public bool IsIdempotent => CanRepeat || Route.Method is "PUT" or "DELETE";
}
