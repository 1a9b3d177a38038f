namespace NexRender.Listener.Storage.Journal;

/// <summary>The fields of a journal line before its payload, which starts at <paramref name="PayloadAt"/>.</summary>
internal readonly record struct JournalRecordHeader(
    long Sequence, uint Previous, uint Crc, bool StartsBatch, RecordKind Kind, int PayloadAt);
