namespace NexRender.Listener.Jobs.Feed;

/// <summary>The changes that a subscriber reads at a time.</summary>
/// <param name="Changes">Changes in their order, each delivered once.</param>
/// <param name="Missed">How many changes before these were dropped because the subscriber was too slow: it must list the jobs.</param>
internal readonly record struct ChangeBatch(IReadOnlyList<JobChange> Changes, long Missed);
