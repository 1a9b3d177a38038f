namespace NexRender.Listener.Http.Gate;

/// <summary>Counts the requests in flight, and knows whether the gate stops.</summary>
internal sealed class GateState
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private int _inFlight;

    public bool IsStopping => _isStopping;

    public void Enter() => Interlocked.Increment(ref _inFlight);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && _isStopping) _drained.TrySetResult();
    }

    /// <summary>Marks the gate as stopping.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>Waits for the requests in flight, as long as is allowed.</summary>
    public Task DrainAsync(TimeSpan atMost) =>
        Volatile.Read(ref _inFlight) == 0 ? Task.CompletedTask : Task.WhenAny(_drained.Task, Task.Delay(atMost));
}
