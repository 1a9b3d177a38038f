using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>Makes the records of changes.</summary>
internal static class ChangeRecord
{
    /// <summary>Returns the record of a change.</summary>
    /// <param name="kind">Its kind: add, set or remove; a set may become a change of some members.</param>
    /// <param name="before">The version before; <c>null</c> if there was none.</param>
    /// <param name="after">The version after; <c>null</c> for a removal.</param>
    public static JournalRecord Of(RecordKind kind, Job? before, Job? after)
    {
        if (after is null) return new JournalRecord(kind, JsonText.Quote(before!.Uid));
        return kind == RecordKind.Set ? after.TakeRecord(before) : new JournalRecord(kind, after.Json);
    }
}
