using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>The records of one group in the storage: without effect until the group is ended. Used under the store's lock.</summary>
internal sealed class GroupRecords(IJobStorage storage)
{
    private readonly long _id = storage.BeginGroup();
    private readonly List<int> _dropped = [];
    private int _count;

    /// <summary>True if nothing of the group was lost; otherwise it must be given up.</summary>
    public bool IsIntact => storage.IsIntact(_id);

    /// <summary>The batch of the last record; <c>null</c> if there is none.</summary>
    public Batch? LastBatch { get; private set; }

    /// <summary>Appends a record and returns its place in the group.</summary>
    public int Append(in JournalRecord record)
    {
        LastBatch = storage.Append(new GroupMember(_id, _count).Record(record.Kind, record.Json), out _);
        return _count++;
    }

    /// <summary>Takes back a record.</summary>
    public void Drop(int index) => _dropped.Add(index);

    /// <summary>Gives the records effect. Each of them has a sequence number, in their order, also those that were taken back.</summary>
    /// <param name="first">The sequence number of the first record.</param>
    /// <param name="last">The sequence number of the last one.</param>
    public Batch End(out long first, out long last)
    {
        var batch = storage.Append(GroupMember.End(_id, _count, _dropped), out last);
        first = last - _count + 1;
        storage.EndGroup(_id);
        return batch;
    }

    /// <summary>Gives the group up; its records never have effect. Does nothing after the end.</summary>
    public void Abandon() => storage.EndGroup(_id);
}
