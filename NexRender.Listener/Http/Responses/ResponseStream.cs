using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Responses;

/// <summary>Sends a streamed body: each piece at once, with a deadline for each piece and none in between.</summary>
internal sealed class ResponseStream(Exchange exchange) : IResponseStream
{
    private readonly CancellationTokenSource _disconnected = new();

    /// <summary>Runs the writer of a streamed body to its end.</summary>
    /// <param name="content">The body.</param>
    /// <param name="stopping">Cancelled when the server stops.</param>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    /// <exception cref="StreamFailedException">The writer failed.</exception>
    public async Task RunAsync(StreamedContent content, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, _disconnected.Token);
        exchange.SuspendDeadline();
        try
        {
            await content.WriteAsync(this, ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (_disconnected.IsCancellationRequested)
        {
            throw new IOException("the client has disconnected, or did not read in time", e);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The body ends with the server, as a whole one.
        }
        catch (Exception e)
        {
            throw new StreamFailedException(e);
        }
        exchange.EndStream();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        // HttpListener would send an empty chunk, which ends the body.
        if (piece.IsEmpty) return;
        exchange.RestartDeadline();
        exchange.ExtendDeadline(piece.Length);
        try
        {
            await exchange.Response.OutputStream.WriteAsync(piece).ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            await _disconnected.CancelAsync().ConfigureAwait(false);
            throw new IOException("the client has disconnected, or did not read in time", e);
        }
        exchange.SuspendDeadline();
    }
}
