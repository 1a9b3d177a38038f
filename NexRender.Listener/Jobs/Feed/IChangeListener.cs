namespace NexRender.Listener.Jobs.Feed;

/// <summary>Receives every change on the thread of the feed. It must only compute, never block: all other listeners wait for it.</summary>
internal interface IChangeListener
{
    /// <summary>Receives changes in their order; calls never overlap.</summary>
    void OnChanges(IReadOnlyList<JobChange> changes);
}
