using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Relay;

/// <summary>A stream that is relayed piece by piece.</summary>
/// <param name="body">The body as the leader sends it.</param>
/// <param name="silence">The longest time without a piece.</param>
internal sealed class RelayedStream(LeaderBody body, TimeSpan silence)
    : StreamedContent((stream, ended) => CopyAsync(body, stream, silence, ended)), IDisposable
{
    public void Dispose() => body.Dispose();

    // The buffer of the connection is used again before a slow client has the piece.
    private static Task CopyAsync(LeaderBody body, IResponseStream stream, TimeSpan silence, CancellationToken ended) =>
        body.CopyAsync(piece => stream.WriteAsync(new StreamPiece(piece.ToArray())), silence, ended).AsTask();
}
