namespace NexRender.Listener.Storage.Journal;

/// <summary>One change of the list of jobs.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Json">The whole new job; of a removal, the uid as a JSON string.</param>
internal readonly record struct JournalRecord(RecordKind Kind, byte[] Json);
