using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>
/// Changes that are made together: in memory under one hold of the store's lock, on the disk as one. Used under that lock.
/// </summary>
/// <param name="writer">Appends and tracks the changes.</param>
/// <param name="by">The name or address of the sender; <c>null</c> for the server itself.</param>
/// <param name="records">The records of the group that were appended before; <c>null</c> for none.</param>
internal sealed class ChangeGroup(ChangeWriter writer, string? by, GroupRecords? records = null)
{
    private readonly List<StagedChange> _changes = new(1);
    private readonly List<long> _oldSequences = new(1);
    private int _followed;

    public int Count => _changes.Count;

    /// <summary>The records of the group that were appended before; <c>null</c> for none.</summary>
    public GroupRecords? Records => records;

    /// <summary>Adds a job at the end of the order.</summary>
    /// <param name="job">The job.</param>
    /// <param name="replaced">The ended job of the same uid that it replaces; <c>null</c> for none.</param>
    /// <param name="place">The place of its record in the group; <c>null</c> if it was not appended yet.</param>
    /// <returns>The place of the job.</returns>
    public JobEntry Create(Job job, JobEntry? replaced, int? place = null)
    {
        if (replaced is not null) writer.Table.Remove(replaced);
        var entry = writer.Table.Add(job);
        Stage(new(RecordKind.Add, Transition.To(job, ChangeKind.Created), replaced?.Job, replaced, entry, place), 0);
        return entry;
    }

    /// <summary>Replaces the version of a job.</summary>
    /// <param name="entry">The place of the job.</param>
    /// <param name="transition">The decision, with the next version.</param>
    /// <param name="place">The place of its record in the group; <c>null</c> if it was not appended yet.</param>
    public void Replace(JobEntry entry, in Transition transition, int? place = null)
    {
        var before = entry.Job;
        writer.Table.Set(entry, transition.Next!);
        if (transition.IsSignOfLife) writer.Table.Held.Suspect(entry, null);
        Stage(new(RecordKind.Set, transition, before, entry, entry, place), entry.Sequence);
    }

    /// <summary>Removes a job.</summary>
    /// <param name="entry">The place of the job.</param>
    /// <param name="place">The place of its record in the group; <c>null</c> if it was not appended yet.</param>
    /// <param name="reason">The reason; <c>null</c> for none.</param>
    public void Remove(JobEntry entry, int? place = null, string? reason = null)
    {
        writer.Table.Remove(entry);
        writer.Table.Removed.Add(entry.Job.Uid);
        Stage(new(RecordKind.Remove, new Transition(null, null, ChangeKind.Removed, reason), entry.Job, entry, null, place), 0);
    }

    /// <summary>Makes the changes that follow from those so far, and appends all of them to the storage.</summary>
    /// <returns>The first of the changes, and the batch that completes once all of them are durable or rolled back.</returns>
    public CommittedChange Commit()
    {
        Follow();
        var batch = Append(out var first);
        var now = writer.Now;
        var change = Track(0, first, now);
        for (var i = 1; i < _changes.Count; i++) Track(i, first, now);
        writer.Wake();
        return new CommittedChange(batch, change, (_changes[0].New ?? _changes[0].Old)!.Job);
    }

    /// <summary>Does the same for a part of a change of many jobs, and commits that.</summary>
    /// <param name="commit">The change of many jobs.</param>
    /// <param name="items">All jobs of the action; the indexes follow the commit for those that are not in this part.</param>
    public Batch CommitWith(BulkCommit commit, IReadOnlyList<BulkItem> items)
    {
        Follow();
        // What follows from others has changed these jobs too, and its records are of the versions before, not of those that were prepared.
        foreach (var item in commit.Late) records!.Drop(item.Record!.Value);
        AppendRecords(records!);
        var batch = records!.End(out var first, out var last);
        var now = writer.Now;
        for (var i = 0; i < _changes.Count; i++) commit.Made.Add(ToPending(i, first, now));
        commit.Commit(items, first, last, now);
        writer.Pending.Add(commit);
        writer.Wake();
        return batch;
    }

    /// <summary>Makes the changes that follow from those so far.</summary>
    public void Follow()
    {
        // The list grows while it is passed: a change that followed may have consequences of its own.
        for (; _followed < _changes.Count; _followed++) writer.Rules.Follow(_changes[_followed], this);
    }

    private void Stage(in StagedChange change, long oldSequence)
    {
        _changes.Add(change);
        _oldSequences.Add(oldSequence);
    }

    private Batch Append(out long first)
    {
        if (records is null && _changes.Count == 1)
            return writer.Storage.Append(Record(_changes[0]), out first);
        var group = records ?? new GroupRecords(writer.Storage);
        AppendRecords(group);
        return group.End(out first, out _);
    }

    private void AppendRecords(GroupRecords group)
    {
        for (var i = 0; i < _changes.Count; i++)
        {
            if (_changes[i].Place is null) _changes[i] = _changes[i] with { Place = group.Append(Record(_changes[i])) };
        }
    }

    private JournalRecord Record(in StagedChange change) =>
        ChangeRecord.Of(change.Record, change.Before, change.Transition.Next);

    private JobChange Track(int index, long first, DateTimeOffset now)
    {
        var pending = ToPending(index, first, now);
        writer.Pending.Add(pending);
        return pending.Change;
    }

    private PendingChange ToPending(int index, long first, DateTimeOffset now)
    {
        var staged = _changes[index];
        var change = new JobChange
        {
            Sequence = first + (staged.Place ?? 0),
            Kind = staged.Transition.Kind,
            Before = staged.Before,
            After = staged.Transition.Next,
            By = by,
            Reason = staged.Transition.Reason,
            Time = now,
        };
        if (staged.New is not null) staged.New.Sequence = change.Sequence;
        return new PendingChange(change, staged.Old, staged.New, _oldSequences[index]);
    }
}
