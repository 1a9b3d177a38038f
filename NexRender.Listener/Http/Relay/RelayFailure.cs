namespace NexRender.Listener.Http.Relay;

/// <summary>A reason why the leader did not answer a request.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="CanRepeat">True if the request may be sent again.</param>
internal sealed record RelayFailure(string Reason, bool CanRepeat);
