namespace NexRender.Listener.Jobs.Queue;

/// <summary>The queue as pickups would find it.</summary>
/// <param name="Next">The next job of a pickup without tags; <c>null</c> if none is ready, or if the ordering is random.</param>
/// <param name="NextByTag">The next job of each tag, and under the empty tag the next one without tags.</param>
internal sealed record QueuePreview(Job? Next, IReadOnlyDictionary<string, Job> NextByTag);
