using NexRender.Listener.Api.Content;
using NexRender.Listener.Http.Relay;

namespace NexRender.Listener.Http.Responses;

/// <summary>Sends a streamed body: each piece at once, with a deadline for each piece and none in between.</summary>
internal sealed class ResponseStream(Exchange exchange) : IResponseStream
{
    // Cancelled when a write without the gate finds that the client has disconnected.
    private readonly CancellationTokenSource? _failed = exchange.DetachedBody is null ? new() : null;

    private CancellationToken Disconnected => _failed?.Token ?? exchange.Disconnected;

    /// <summary>Runs the writer of a streamed body to its end.</summary>
    /// <param name="content">The body.</param>
    /// <param name="stopping">Cancelled when the server stops.</param>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    /// <exception cref="LeaderLostException">The writer has only a part of the body.</exception>
    /// <exception cref="StreamFailedException">The writer failed.</exception>
    public async Task RunAsync(StreamedContent content, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, Disconnected);
        exchange.SuspendDeadline();
        try
        {
            await content.WriteAsync(this, ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Disconnected.IsCancellationRequested)
        {
            throw new IOException("the client has disconnected, or did not read in time", e);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The body ends with the server, as a whole one.
        }
        catch (LeaderLostException)
        {
            // The client must not take what it has for the whole.
            throw;
        }
        catch (Exception e)
        {
            throw new StreamFailedException(e);
        }
        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Sends the end of the body.</summary>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    public async ValueTask EndAsync()
    {
        if (exchange.DetachedBody is { } body) await body.CompleteAsync().ConfigureAwait(false);
        else exchange.EndStream();
    }

    public async ValueTask WriteAsync(StreamPiece piece)
    {
        // HttpListener would send an empty chunk, which ends the body.
        if (piece.Data.IsEmpty) return;
        try
        {
            if (exchange.DetachedBody is { } body) await body.WriteAsync(piece).ConfigureAwait(false);
            else await SendAsync(piece.Data).ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            if (_failed is not null) await _failed.CancelAsync().ConfigureAwait(false);
            throw new IOException("the client has disconnected, or did not read in time", e);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        exchange.RestartDeadline();
        exchange.ExtendDeadline(bytes.Length);
        await exchange.Response.OutputStream.WriteAsync(bytes).ConfigureAwait(false);
        exchange.SuspendDeadline();
    }
}
