namespace NexRender.Listener.Farm.Hooks;

/// <summary>The outcomes of hooks since the start.</summary>
internal sealed class HookCounts
{
    private long _delivered;
    private long _failed;
    private long _dropped;

    /// <summary>Those that a receiver has taken, and commands with exit code 0.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Those that were given up.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Those that were dropped because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void AddDelivered() => Interlocked.Increment(ref _delivered);

    public void AddFailed() => Interlocked.Increment(ref _failed);

    public void AddDropped(int count) => Interlocked.Add(ref _dropped, count);
}
