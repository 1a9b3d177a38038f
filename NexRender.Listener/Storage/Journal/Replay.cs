using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Journal;

/// <summary>Applies the records of journals to a list of jobs, for every reader of journals; those of groups at their end.</summary>
/// <param name="target">The list of jobs.</param>
/// <param name="keepsParts">True to apply what there is of a group with missing records; otherwise it is an error.</param>
internal sealed class Replay(IRecoveryTarget target, bool keepsParts = false)
{
    // The records of groups that have not ended yet. One that never ends was interrupted, and has no effect.
    private readonly Dictionary<long, List<(int Index, RecordKind Kind, byte[] Payload)>> _groups = [];

    /// <summary>Parses the job of a record, on any thread.</summary>
    /// <returns>The change that the record makes; <c>null</c> if that is made of the payload.</returns>
    public Action? Prepare(RecordKind kind, byte[] payload) =>
        kind is RecordKind.Add or RecordKind.Set ? target.Prepare(payload, atEnd: kind == RecordKind.Add) : null;

    /// <summary>Applies a record.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="payload">Its payload, valid until the method returns.</param>
    /// <param name="prepared">What <see cref="Prepare"/> returned, if it was called.</param>
    /// <returns>The number of changes that it made.</returns>
    /// <exception cref="StorageException">A group has ended, and some of its records are missing.</exception>
    public int Apply(RecordKind kind, ReadOnlyMemory<byte> payload, Action? prepared = null)
    {
        switch (kind)
        {
            case RecordKind.Checkpoint:
                return 0;
            case RecordKind.Grouped:
                Keep(payload);
                return 0;
            case RecordKind.EndOfGroup:
                return End(payload.Span);
            case RecordKind.Answer:
                target.Remember(payload.ToArray());
                return 0;
            case RecordKind.Remove:
                target.Remove(JsonText.GetString(payload.Span)!);
                return 1;
            case RecordKind.Update:
                target.Update(JobDelta.Read(payload));
                return 1;
            default:
                if (prepared is not null) prepared();
                else target.Put(payload, atEnd: kind == RecordKind.Add);
                return 1;
        }
    }

    private void Keep(ReadOnlyMemory<byte> payload)
    {
        if (!JournalFormat.TryReadGrouped(payload.Span, out var group, out var kind, out var jsonAt)) throw Incomplete("?");
        // Numbers of groups begin again with every run of the server: the first record of a group replaces an interrupted one.
        if (group.Index == 0 || (keepsParts && !_groups.ContainsKey(group.Id))) _groups[group.Id] = [];
        if (_groups.TryGetValue(group.Id, out var records)) records.Add((group.Index, kind, payload[jsonAt..].ToArray()));
    }

    private int End(ReadOnlySpan<byte> payload)
    {
        var (id, count, dropped) = JournalFormat.ReadEnd(payload);
        // Its records stood in an earlier journal, which a checkpoint has made obsolete, and so it holds what the group did.
        if (!_groups.Remove(id, out var records))
        {
            target.Cover();
            return 0;
        }
        if (records.Count != count && !keepsParts) throw Incomplete($"{id}");
        return records.Where(record => !dropped.Contains(record.Index)).Sum(record => Apply(record.Kind, record.Payload));
    }

    private static StorageException Incomplete(string id) => new(
        StorageProblem.Damaged,
        $"group {id} of the journal is incomplete; no file was modified, so restore a copy of the files if there is one");
}
