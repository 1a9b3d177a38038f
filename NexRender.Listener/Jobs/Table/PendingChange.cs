using NexRender.Listener.Jobs.Feed;

namespace NexRender.Listener.Jobs.Table;

/// <summary>A change that is not known to be durable, with what is needed to roll it back.</summary>
/// <param name="Change">The change.</param>
/// <param name="Old">The entry of the version before; the same as <paramref name="New"/> if the version was replaced in place.</param>
/// <param name="New">The entry of the version after.</param>
/// <param name="OldSequence">The change that had made the version before.</param>
internal readonly record struct PendingChange(JobChange Change, JobEntry? Old, JobEntry? New, long OldSequence);
