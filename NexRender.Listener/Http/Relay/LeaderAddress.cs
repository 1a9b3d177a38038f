namespace NexRender.Listener.Http.Relay;

/// <summary>The server that leads.</summary>
/// <param name="url">The address at which it is reached, of http.</param>
/// <param name="token">What only servers of the same farm know; empty for nothing.</param>
internal sealed class LeaderAddress(Uri url, string token)
{
    public Uri Url => url;

    public string Token => token;
}
