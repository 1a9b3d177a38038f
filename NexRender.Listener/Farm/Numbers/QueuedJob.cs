namespace NexRender.Listener.Farm.Numbers;

/// <summary>A queued job, and the time since which it waits.</summary>
internal sealed record QueuedJob(string Uid, DateTimeOffset Since)
{
    /// <summary>The one that waits longest first.</summary>
    public static Comparer<QueuedJob> ByWait { get; } = Comparer<QueuedJob>.Create((a, b) =>
        a.Since.CompareTo(b.Since) is var byTime and not 0 ? byTime : string.CompareOrdinal(a.Uid, b.Uid));
}
