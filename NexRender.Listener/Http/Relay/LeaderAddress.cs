namespace NexRender.Listener.Http.Relay;

/// <summary>The server that leads.</summary>
/// <param name="Url">The address at which it is reached, of http.</param>
/// <param name="Token">What only servers of the same farm know; empty for nothing.</param>
internal sealed record LeaderAddress(Uri Url, string Token);
