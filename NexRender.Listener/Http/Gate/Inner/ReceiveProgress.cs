namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>
/// Counts what the gate has received of a response, so that the handler does not run far ahead of a slow reader: the system would keep
/// megabytes for each.
/// </summary>
internal sealed class ReceiveProgress
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _awaited;
    private long _received;
    private bool _isEnded;

    /// <summary>Counts bytes that were received.</summary>
    public void Count(int bytes)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _received += bytes;
            if (_waiting is null || _received < _awaited) return;
            (waiting, _waiting) = (_waiting, null);
        }
        waiting.SetResult();
    }

    /// <summary>Waits until that many bytes of the response were received, or nothing more will be.</summary>
    public Task WaitAsync(long bytes)
    {
        lock (_lock)
        {
            if (_received >= bytes || _isEnded) return Task.CompletedTask;
            _awaited = bytes;
            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    /// <summary>Begins with the next response.</summary>
    public void Restart()
    {
        lock (_lock) _received = 0;
    }

    /// <summary>Ends the wait because nothing more is received.</summary>
    public void End()
    {
        TaskCompletionSource? waiting;
        lock (_lock) (waiting, _waiting, _isEnded) = (_waiting, null, true);
        waiting?.SetResult();
    }
}
