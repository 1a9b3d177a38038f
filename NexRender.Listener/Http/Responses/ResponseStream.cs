using System.Buffers;
using System.Buffers.Text;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Http.Relay;

namespace NexRender.Listener.Http.Responses;

/// <summary>Sends a streamed body: each piece at once, with a deadline for each piece and none in between.</summary>
internal sealed class ResponseStream(Exchange exchange) : IResponseStream
{
    // The digits of a length and two line ends.
    private const int ChunkOverhead = 12;

    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly CancellationTokenSource _disconnected = new();

    /// <summary>Runs the writer of a streamed body to its end.</summary>
    /// <param name="content">The body.</param>
    /// <param name="stopping">Cancelled when the server stops.</param>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    /// <exception cref="LeaderLostException">The writer has only a part of the body.</exception>
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
        if (exchange.WritesChunks) await SendAsync(LastChunk).ConfigureAwait(false);
        exchange.EndStream();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        // HttpListener would send an empty chunk, which ends the body.
        if (piece.IsEmpty) return;
        if (!exchange.WritesChunks)
        {
            await SendAsync(piece).ConfigureAwait(false);
            return;
        }
        var chunk = ArrayPool<byte>.Shared.Rent(piece.Length + ChunkOverhead);
        try
        {
            await SendAsync(chunk.AsMemory(0, WriteChunk(piece.Span, chunk))).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static int WriteChunk(ReadOnlySpan<byte> piece, Span<byte> chunk)
    {
        Utf8Formatter.TryFormat(piece.Length, chunk, out var length, new StandardFormat('x'));
        "\r\n"u8.CopyTo(chunk[length..]);
        piece.CopyTo(chunk[(length + 2)..]);
        "\r\n"u8.CopyTo(chunk[(length + 2 + piece.Length)..]);
        return length + piece.Length + 4;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        exchange.RestartDeadline();
        exchange.ExtendDeadline(bytes.Length);
        try
        {
            await exchange.PaceAsync(bytes.Length).ConfigureAwait(false);
            exchange.Disconnected.ThrowIfCancellationRequested();
            await exchange.Response.OutputStream.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e) || exchange.Disconnected.IsCancellationRequested)
        {
            await _disconnected.CancelAsync().ConfigureAwait(false);
            throw new IOException("the client has disconnected, or did not read in time", e);
        }
        exchange.SuspendDeadline();
    }
}
