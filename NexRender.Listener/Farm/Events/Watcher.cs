namespace NexRender.Listener.Farm.Events;

/// <summary>A client that receives events: a bounded queue of pieces that it has not read yet.</summary>
internal sealed class Watcher(EventHub hub, WatchGroup group) : IDisposable
{
    // Pieces are shared by all watchers of a group, so that many slow readers cost little more than one.
    private const int MaxUnread = 2 << 20;

    // Guarded by the lock.
    private readonly Lock _lock = new();
    private byte[]? _missed;
    private Queue<byte[]>? _pieces;
    private int _unread;
    private bool _isEnded;
    private TaskCompletionSource? _reader;

    public WatchGroup Group => group;

    /// <summary>Waits for the next piece.</summary>
    /// <returns>The piece; <c>null</c> if the watcher was dropped because it reads too slowly.</returns>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task reader;
            lock (_lock)
            {
                if (_missed is { } missed)
                {
                    _missed = null;
                    return missed;
                }
                if (_pieces is { Count: > 0 })
                {
                    var piece = _pieces.Dequeue();
                    _unread -= piece.Length;
                    // An idle watcher keeps nothing.
                    if (_pieces.Count == 0) _pieces = null;
                    return piece;
                }
                if (_isEnded) return null;
                // The continuation must not run on the thread that publishes.
                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                reader = _reader.Task;
            }
            await reader.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Sets the first piece: what the watcher has missed. It does not count as unread, or a watcher that has missed much would be dropped
    /// by the next event, and again each time that it comes back.
    /// </summary>
    public void Begin(byte[] missed)
    {
        lock (_lock) _missed = missed;
    }

    /// <summary>Adds a piece to those that are not read yet.</summary>
    /// <returns>False if there are too many of them: the watcher is dropped.</returns>
    public bool TryAdd(byte[] piece)
    {
        lock (_lock)
        {
            var isFull = _unread > 0 && _unread + piece.Length > MaxUnread;
            if (isFull) (_pieces, _unread, _isEnded) = (null, 0, true);
            if (!_isEnded)
            {
                (_pieces ??= new Queue<byte[]>()).Enqueue(piece);
                _unread += piece.Length;
            }
            _reader?.TrySetResult();
            _reader = null;
            return !isFull;
        }
    }

    public void Dispose() => hub.Remove(this);
}
