namespace NexRender.Listener.Jobs.Feed;

/// <summary>A subscriber's place in the feed: a bounded queue of changes, read by one reader.</summary>
internal sealed class ChangeSubscription(ChangeFeed feed, int capacity) : IDisposable
{
    // Guarded by the lock.
    private readonly Lock _lock = new();
    private List<JobChange> _waiting = [];
    private long _missed;
    private bool _isCompleted;
    private TaskCompletionSource? _reader;

    /// <summary>Waits for changes and takes all that there are.</summary>
    /// <returns>The changes; <c>null</c> once the feed has ended and everything was read.</returns>
    public async ValueTask<ChangeBatch?> ReadAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            Task reader;
            lock (_lock)
            {
                if (_waiting.Count > 0) return Take();
                if (_isCompleted) return null;
                // The continuation must not run on the thread that publishes.
                _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                reader = _reader.Task;
            }
            await reader.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Leaves the feed.</summary>
    public void Dispose()
    {
        feed.Remove(this);
        Complete();
    }

    internal void Add(IReadOnlyList<JobChange> changes)
    {
        lock (_lock)
        {
            if (_isCompleted) return;
            if (_waiting.Count > 0 && _waiting.Count + changes.Count > capacity)
            {
                // What is dropped is the past, and all of it: a reader that missed some has to read the list again anyway.
                _missed += _waiting.Count;
                _waiting.Clear();
            }
            _waiting.AddRange(changes);
            Wake();
        }
    }

    internal void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
            Wake();
        }
    }

    private ChangeBatch Take()
    {
        var batch = new ChangeBatch(_waiting, _missed);
        (_waiting, _missed) = ([], 0);
        return batch;
    }

    private void Wake()
    {
        _reader?.TrySetResult();
        _reader = null;
    }
}
