using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http;

/// <summary>Sends a streamed body: each piece at once, with a deadline for each piece and none in between.</summary>
internal sealed class ResponseStream(Exchange exchange) : IResponseStream
{
    /// <summary>Runs the writer of a streamed body to its end.</summary>
    /// <param name="content">The body.</param>
    /// <param name="stopping">Cancelled when the server stops or the client has disconnected.</param>
    public async Task WriteAsync(StreamedContent content, CancellationToken stopping)
    {
        exchange.SuspendDeadline();
        try
        {
            await content.WriteAsync(this, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of the stream, as announced.
        }
        exchange.RestartDeadline();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        exchange.RestartDeadline();
        try
        {
            await exchange.Response.OutputStream.WriteAsync(piece).ConfigureAwait(false);
            await exchange.Response.OutputStream.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not IOException && Exchange.IsDisconnect(e))
        {
            throw new IOException("the client has disconnected, or did not read in time", e);
        }
        exchange.SuspendDeadline();
    }
}
