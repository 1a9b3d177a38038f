namespace NexRender.Listener.Jobs.Feed;

/// <summary>What a subscriber reads at a time.</summary>
/// <param name="Changes">Changes in their order, each delivered once.</param>
/// <param name="Missed">The number of changes dropped before the first one, because the subscriber was too slow; it must read the list again.</param>
internal readonly record struct ChangeBatch(IReadOnlyList<JobChange> Changes, long Missed);
