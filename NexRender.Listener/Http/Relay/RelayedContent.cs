using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Relay;

/// <summary>A body of known length that is relayed piece by piece.</summary>
/// <param name="body">The body as the leader sends it.</param>
/// <param name="length">Its length.</param>
/// <param name="silence">The longest time without a piece.</param>
internal sealed class RelayedContent(LeaderBody body, long length, TimeSpan silence) : ResponseContent, IDisposable
{
    public override long? Length => length;

    /// <summary>Passes the body on.</summary>
    /// <exception cref="LeaderLostException">The body ends before its end.</exception>
    public ValueTask CopyAsync(Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation) =>
        body.CopyAsync(write, silence, cancellation);

    public void Dispose() => body.Dispose();
}
