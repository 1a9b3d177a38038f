using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>A change that was made in memory and has no sequence number yet.</summary>
/// <param name="Record">The kind of its record.</param>
/// <param name="Transition">The decision, with the version after.</param>
/// <param name="Before">The version before; <c>null</c> if there was none.</param>
/// <param name="Old">The entry of the version before; the same as <paramref name="New"/> if the version was replaced in place.</param>
/// <param name="New">The entry of the version after; <c>null</c> for a removal.</param>
/// <param name="Place">The place of its record in the group; <c>null</c> if it was not appended yet.</param>
internal readonly record struct StagedChange(
    RecordKind Record, Transition Transition, Job? Before, JobEntry? Old, JobEntry? New, int? Place);
