namespace NexRender.Listener.Api.Content;

/// <summary>A body that is written piece by piece until its writer returns, the client disconnects or the server stops.</summary>
/// <param name="write">
/// Writes the body. The token is cancelled when the server stops, or when a write finds that the client has disconnected: HttpListener
/// reports a disconnect in no other way, so a writer without news must send something from time to time.
/// </param>
internal class StreamedContent(Func<IResponseStream, CancellationToken, Task> write) : ResponseContent
{
    public override long? Length => null;

    public Task WriteAsync(IResponseStream stream, CancellationToken cancellation) => write(stream, cancellation);
}
