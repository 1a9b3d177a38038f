namespace NexRender.Listener.Jobs.Feed;

/// <summary>
/// Publishes every change once, in order, after it is durable, on a thread of its own. What is quick and always there listens on that
/// thread; what may be slow subscribes, and reads from a bounded queue. Neither can delay a change.
/// </summary>
internal sealed class ChangeFeed
{
    private readonly Lock _lock = new();

    // Replaced, never changed, so that publishing needs no lock. Written under the lock.
    private volatile IChangeListener[] _listeners = [];
    private volatile ChangeSubscription[] _subscriptions = [];
    private bool _isCompleted;

    /// <summary>True if anyone receives what is published.</summary>
    public bool HasReaders => _listeners.Length > 0 || _subscriptions.Length > 0;

    /// <summary>Adds a listener for the life of the feed; it receives the changes that are published from now on.</summary>
    public void Add(IChangeListener listener)
    {
        lock (_lock) _listeners = [.. _listeners, listener];
    }

    /// <summary>Subscribes to the changes that are published from now on.</summary>
    /// <param name="capacity">The number of changes that may wait to be read; beyond it they are dropped and counted.</param>
    public ChangeSubscription Subscribe(int capacity)
    {
        var subscription = new ChangeSubscription(this, capacity);
        lock (_lock)
        {
            if (_isCompleted) subscription.Complete();
            else _subscriptions = [.. _subscriptions, subscription];
        }
        return subscription;
    }

    /// <summary>Publishes durable changes; the caller makes sure that calls do not overlap and come in order.</summary>
    public void Publish(IReadOnlyList<JobChange> changes)
    {
        foreach (var listener in _listeners) listener.OnChanges(changes);
        foreach (var subscription in _subscriptions) subscription.Add(changes);
    }

    /// <summary>Ends the feed: subscribers read what is left and then the end.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isCompleted = true;
            foreach (var subscription in _subscriptions) subscription.Complete();
            _subscriptions = [];
        }
    }

    internal void Remove(ChangeSubscription subscription)
    {
        lock (_lock) _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
    }
}
