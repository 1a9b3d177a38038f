using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Jobs.Table;

/// <summary>
/// Publishes changes soon after they are durable, on a thread of its own. While changes are pending it looks every few milliseconds, not
/// once for each batch: at full load that is one wake-up for many batches, and none of it delays an answer.
/// </summary>
internal sealed class ChangePublisher : IDisposable
{
    // A single change is published at once; at full load, or while a disk is stuck, the wake-ups become rarer.
    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMilliseconds(16);

    private readonly Lock _storeLock;
    private readonly PendingChanges _pending;
    private readonly ChangeFeed _feed;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile bool _isStopping;

    // Guarded by the store's lock.
    private bool _isAsleep = true;

    public ChangePublisher(Lock storeLock, PendingChanges pending, ChangeFeed feed)
    {
        (_storeLock, _pending, _feed) = (storeLock, pending, feed);
        _thread = new Thread(Run) { IsBackground = true, Name = "feed" };
    }

    /// <summary>Starts the thread; nothing is published before.</summary>
    public void Start() => _thread.Start();

    /// <summary>Makes sure that the thread looks at the pending changes soon; the caller holds the store's lock.</summary>
    public void Wake_NeedsLock()
    {
        if (!_isAsleep) return;
        _isAsleep = false;
        _wake.Set();
    }

    /// <summary>Publishes the changes that are durable by now, and ends the thread.</summary>
    public void Dispose()
    {
        // The event is left to the garbage collector: a late change may still set it.
        _isStopping = true;
        _wake.Set();
        _thread.Join();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            _wake.WaitOne();
            var period = ShortestPeriod;
            var isEmpty = false;
            while (!isEmpty && !_isStopping)
            {
                Thread.Sleep(period);
                if (TakeDurable(out isEmpty) is { Count: > 0 } durable) _feed.Publish(durable);
                if (period < LongestPeriod) period *= 2;
            }
        }
        if (TakeDurable(out _) is { Count: > 0 } last) _feed.Publish(last);
    }

    private List<JobChange> TakeDurable(out bool isEmpty)
    {
        List<PendingItem> durable;
        lock (_storeLock)
        {
            durable = new List<PendingItem>(_pending.Count);
            _pending.TakeDurable(durable);
            isEmpty = _isAsleep = _pending.Count == 0;
        }
        // Outside of the lock, because the changes of many jobs are built only now.
        return [.. durable.SelectMany(item => item.Changes).Select(pending => pending.Change)];
    }
}
