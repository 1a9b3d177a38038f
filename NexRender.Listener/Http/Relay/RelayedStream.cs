using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Relay;

/// <summary>A stream that is relayed piece by piece.</summary>
/// <param name="body">The body as the leader sends it.</param>
/// <param name="silence">The longest time without a piece.</param>
internal sealed class RelayedStream(LeaderBody body, TimeSpan silence)
    : StreamedContent((stream, ended) => body.CopyAsync(piece => stream.WriteAsync(new StreamPiece(piece)), silence, ended).AsTask()), IDisposable
{
    public void Dispose() => body.Dispose();
}
