using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>The meaning of journal records: the one place that says what add, set and remove do to a list of jobs.</summary>
internal static class Replay
{
    /// <summary>Applies a record to a target.</summary>
    public static void Apply(IRecoveryTarget target, RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind == RecordKind.Remove) target.Remove(JsonText.GetString(payload.Span)!);
        else target.Put(payload, atEnd: kind == RecordKind.Add);
    }
}
