using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>One record of a journal.</summary>
/// <param name="Kind">The kind of the record.</param>
/// <param name="Json">
/// The new version of the job; for a removal, the uid as a JSON string; for a checkpoint, its mark; for the end of a group, see
/// <see cref="GroupMember.End"/>.
/// </param>
internal readonly record struct JournalRecord(RecordKind Kind, JsonBytes Json)
{
    /// <summary>The place of the record in a group, which has no effect before its end; <c>null</c> for a record by itself.</summary>
    public GroupMember? Group { get; init; }

    /// <summary>The number of sequence numbers that the record takes: one, none in a group, and those of the group at its end.</summary>
    public int Changes { get; init; } = 1;
}
