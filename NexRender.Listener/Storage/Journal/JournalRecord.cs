namespace NexRender.Listener.Storage.Journal;

/// <summary>One record of a journal.</summary>
/// <param name="Kind">The kind of the record.</param>
/// <param name="Json">The new version of the job; for a removal, the uid as a JSON string; for a checkpoint, its mark.</param>
internal readonly record struct JournalRecord(RecordKind Kind, byte[] Json);
