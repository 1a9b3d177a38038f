using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Defines what the records of a journal do to a list of jobs, for every reader of journals.</summary>
internal static class Replay
{
    /// <summary>Applies a record to a target.</summary>
    public static void Apply(IRecoveryTarget target, RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind == RecordKind.Checkpoint) return;
        if (kind == RecordKind.Remove) target.Remove(JsonText.GetString(payload.Span)!);
        else target.Put(payload, atEnd: kind == RecordKind.Add);
    }
}
