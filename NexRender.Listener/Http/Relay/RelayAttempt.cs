using NexRender.Listener.Api;

namespace NexRender.Listener.Http.Relay;

/// <summary>A request on its way to the leader.</summary>
/// <param name="Exchange">The exchange with the client.</param>
/// <param name="Route">The route of the request.</param>
/// <param name="Leader">The leader.</param>
internal sealed record RelayAttempt(Exchange Exchange, Route Route, LeaderAddress Leader)
{
    /// <summary>True if the request was sent before.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>True if it does no harm when a client repeats the request.</summary>
    public bool IsIdempotent => Route.IsSafe || Route.Method is "PUT" or "DELETE";

    /// <summary>
    /// Returns true if the request may be sent once more: it changes nothing, and got no answer on a connection that the leader may have
    /// closed before.
    /// </summary>
    public bool CanRepeat(LeaderConnection connection) =>
        Route.IsSafe && !IsRepeated && connection is { IsReused: true, HasReceived: false };
}
