namespace NexRender.Listener.Jobs.Queue;

/// <summary>Tracks recent pickups, to tell whether only one worker is active. Guarded by the store's lock.</summary>
internal sealed class RecentWorkers(TimeProvider clock)
{
    private string? _last;
    private long _lastAt;

    // The last pickup of a worker other than the last one; null if there was none.
    private long? _otherAt;

    public void Record(string executor)
    {
        if (_last is not null && executor != _last) _otherAt = _lastAt;
        (_last, _lastAt) = (executor, clock.GetTimestamp());
    }

    /// <summary>Returns true if only the worker of the last pickup has asked for jobs within a period.</summary>
    public bool IsOnlyWorker(TimeSpan period) => _otherAt is not { } at || clock.GetElapsedTime(at) >= period;
}
