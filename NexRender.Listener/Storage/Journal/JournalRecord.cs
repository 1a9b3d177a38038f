namespace NexRender.Listener.Storage.Journal;

/// <summary>One change of the list of jobs.</summary>
/// <param name="Kind">The kind of the change.</param>
/// <param name="Json">The new version of the job; for a removal, the uid as a JSON string.</param>
internal readonly record struct JournalRecord(RecordKind Kind, byte[] Json);
