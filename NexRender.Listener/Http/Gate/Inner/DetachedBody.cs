using NexRender.Listener.Api.Content;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// The body of a stream, which the handler sends to the client itself. The inner connection carries the head of the response only, and
/// serves other requests during the stream.
/// </summary>
/// <param name="client">The client.</param>
internal sealed class DetachedBody(ClientSocket client) : IAbortable
{
    // The client must accept so much within the time for any progress.
    private const int SliceSize = 80 << 10;

    private static readonly byte[] LastChunk = "0\r\n\r\n"u8.ToArray();

    private readonly TaskCompletionSource<bool> _isBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<RelayResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _disconnected = new();

    // Set before the body begins.
    private bool _isChunked;
    private TimeSpan _timeout;

    /// <summary>Cancelled when the client has disconnected, or the body was aborted.</summary>
    public CancellationToken Disconnected => _disconnected.Token;

    /// <summary>The end of the body.</summary>
    public Task<RelayResult> End => _end.Task;

    /// <summary>Allows the handler to send, because the client was sent the head.</summary>
    /// <param name="isChunked">True if the body is sent in chunks; otherwise it ends with the connection.</param>
    /// <param name="timeout">The longest time without any progress.</param>
    public void Begin(bool isChunked, TimeSpan timeout)
    {
        (_isChunked, _timeout) = (isChunked, timeout);
        _isBegun.TrySetResult(true);
    }

    /// <summary>Sends a piece.</summary>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    public async ValueTask WriteAsync(StreamPiece piece)
    {
        if (!await _isBegun.Task.ConfigureAwait(false)) throw Gone();
        var bytes = _isChunked ? piece.Chunk : piece.Data;
        for (var at = 0; at < bytes.Length; at += SliceSize)
        {
            if (_disconnected.IsCancellationRequested) throw Gone();
            var sending = client.SendAsync(bytes.Slice(at, Math.Min(SliceSize, bytes.Length - at)), _timeout);
            var isWaiting = !sending.IsCompleted;
            if (!await sending.ConfigureAwait(false))
            {
                Abort();
                throw Gone();
            }
            // The wait ends on a thread that polls sockets, which the handler must not keep.
            if (isWaiting) await Task.Yield();
        }
    }

    /// <summary>Ends the body as a whole one.</summary>
    /// <exception cref="IOException">The client has disconnected, or did not read in time.</exception>
    public async ValueTask CompleteAsync()
    {
        if (!await _isBegun.Task.ConfigureAwait(false)) throw Gone();
        if (_isChunked && !await client.SendAsync(LastChunk, _timeout).ConfigureAwait(false)) Abort();
        _end.TrySetResult(RelayResult.Complete);
    }

    public void Abort()
    {
        _isBegun.TrySetResult(false);
        _end.TrySetResult(RelayResult.ClientGone);
        // Callbacks must not run on this thread, which may be the one that checks all deadlines.
        _ = _disconnected.CancelAsync();
    }

    private static IOException Gone() => new("the client has disconnected, or did not read in time");
}
