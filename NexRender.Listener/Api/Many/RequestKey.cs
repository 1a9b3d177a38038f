namespace NexRender.Listener.Api.Many;

/// <summary>The idempotency key of a request.</summary>
/// <param name="Key">The key that the client chose.</param>
/// <param name="Request">The checksum of the request.</param>
internal sealed record RequestKey(string Key, string Request);
