namespace NexRender.Listener.Api.Content;

/// <summary>A body that is written as it is made, piece by piece, until its writer returns, the client disconnects or the server stops.</summary>
/// <param name="write">Writes the body. The token is cancelled when the client has disconnected or the server stops.</param>
internal sealed class StreamedContent(Func<IResponseStream, CancellationToken, Task> write) : ResponseContent
{
    public override long? Length => null;

    public Task WriteAsync(IResponseStream stream, CancellationToken cancellation) => write(stream, cancellation);
}
