namespace NexRender.Listener.Jobs.Queue;

/// <summary>Who has asked for jobs lately: whether a worker is the only one.</summary>
internal sealed class RecentWorkers(TimeProvider clock)
{
    private string? _last;
    private long _lastAt;

    // When the last one of another name asked before, if one did.
    private long? _otherAt;

    public void Note(string executor)
    {
        if (_last is not null && executor != _last) _otherAt = _lastAt;
        (_last, _lastAt) = (executor, clock.GetTimestamp());
    }

    /// <summary>Whether nobody but the one that asked last has asked within the time.</summary>
    public bool LastIsAlone(TimeSpan time) => _otherAt is not { } at || clock.GetElapsedTime(at) >= time;
}
