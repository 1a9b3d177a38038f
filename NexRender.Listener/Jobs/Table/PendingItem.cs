using NexRender.Listener.Jobs.Changes;

namespace NexRender.Listener.Jobs.Table;

/// <summary>A change, or a change of many jobs, that is not known to be durable.</summary>
/// <param name="Single">The change.</param>
/// <param name="Many">The change of many jobs; <c>null</c> for a single one.</param>
internal readonly record struct PendingItem(PendingChange Single, BulkCommit? Many)
{
    /// <summary>The sequence number of the last change of the item.</summary>
    public long LastSequence => Many?.LastSequence ?? Single.Change.Sequence;

    /// <summary>The changes of the item, in their order.</summary>
    public IReadOnlyList<PendingChange> Changes => Many is null ? [Single] : Many.Changes();
}
