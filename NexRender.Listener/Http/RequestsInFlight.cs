namespace NexRender.Listener.Http;

/// <summary>Counts the requests in flight, so that a stop can wait for them.</summary>
internal sealed class RequestsInFlight
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private Task? _drain;
    private volatile bool _isDraining;
    private int _count;

    /// <summary>True once a stop has begun: new requests are refused.</summary>
    public bool IsDraining => _isDraining;

    // A request enters before it looks whether a stop has begun, so that the stop waits for every request that did not see it.
    public void Enter() => Interlocked.Increment(ref _count);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0 && _isDraining) _drained.TrySetResult();
    }

    /// <summary>Refuses new requests and waits for those in flight. Later calls share the wait of the first, and its timeout.</summary>
    /// <param name="timeout">Ends the wait.</param>
    public Task DrainAsync(Task timeout)
    {
        lock (_lock) return _drain ??= WaitAsync(timeout);
    }

    private async Task WaitAsync(Task timeout)
    {
        _isDraining = true;
        if (Volatile.Read(ref _count) == 0) return;
        await Task.WhenAny(_drained.Task, timeout).ConfigureAwait(false);
    }
}
