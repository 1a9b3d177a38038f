using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;
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

    public int Count => _changes.Count;

    /// <summary>Adds a job at the end of the order.</summary>
    /// <param name="job">The job.</param>
    /// <param name="replaced">The ended job of the same uid that it replaces; <c>null</c> for none.</param>
    /// <param name="isRecorded">True if its record was appended before.</param>
    /// <returns>The place of the job.</returns>
    public JobEntry Create(Job job, JobEntry? replaced, bool isRecorded = false)
    {
        if (replaced is not null) writer.Table.Remove(replaced);
        var entry = writer.Table.Add(job);
        Stage(new(RecordKind.Add, Transition.To(job, ChangeKind.Created), replaced?.Job, replaced, entry, isRecorded), 0);
        return entry;
    }

    /// <summary>Replaces the version of a job.</summary>
    /// <param name="entry">The place of the job.</param>
    /// <param name="transition">The decision, with the next version.</param>
    /// <param name="isRecorded">True if its record was appended before.</param>
    public void Replace(JobEntry entry, in Transition transition, bool isRecorded = false)
    {
        var before = entry.Job;
        // Of many jobs, those that are queued now enter the queue a few at a time after this hold of the lock.
        writer.Table.Set(entry, transition.Next!, isDetached: isRecorded);
        if (transition.IsSignOfLife) writer.Table.Held.Suspect(entry, null);
        Stage(new(RecordKind.Set, transition, before, entry, entry, isRecorded), entry.Sequence);
    }

    /// <summary>Removes a job.</summary>
    /// <param name="entry">The place of the job.</param>
    /// <param name="isRecorded">True if its record was appended before.</param>
    public void Remove(JobEntry entry, bool isRecorded = false)
    {
        writer.Table.Remove(entry);
        writer.Table.Removed.Add(entry.Job.Uid);
        Stage(new(RecordKind.Remove, new Transition(null, null, ChangeKind.Removed, null), entry.Job, entry, null, isRecorded), 0);
    }

    /// <summary>Makes the changes that follow from those so far, and appends all of them to the storage.</summary>
    /// <returns>The first of the changes, and the batch that completes once all of them are durable or rolled back.</returns>
    public CommittedChange Commit()
    {
        // The list grows while it is passed: a change that followed may have consequences of its own.
        for (var i = 0; i < _changes.Count; i++) writer.Rules.Follow(_changes[i], this);
        var batch = Append(out var last);
        var (sequence, now) = (last - _changes.Count, writer.Now);
        var first = Track(_changes[0], _oldSequences[0], ++sequence, now);
        for (var i = 1; i < _changes.Count; i++) Track(_changes[i], _oldSequences[i], ++sequence, now);
        writer.Wake();
        return new CommittedChange(batch, first, (_changes[0].New ?? _changes[0].Old)!.Job);
    }

    private void Stage(in StagedChange change, long oldSequence)
    {
        _changes.Add(change);
        _oldSequences.Add(oldSequence);
    }

    private Batch Append(out long last)
    {
        if (records is null && _changes.Count == 1) return writer.Storage.Append(new JournalRecord(_changes[0].Record, Json(_changes[0])), out last);
        var group = records ?? new GroupRecords(writer.Storage);
        foreach (var change in _changes)
        {
            if (!change.IsRecorded) group.Append(change.Record, Json(change));
        }
        return group.End(_changes.Count, out last);
    }

    private static byte[] Json(in StagedChange change) => change.Transition.Next?.Json ?? JsonText.Quote(change.Before!.Uid);

    private JobChange Track(in StagedChange staged, long oldSequence, long sequence, DateTimeOffset now)
    {
        var change = new JobChange
        {
            Sequence = sequence,
            Kind = staged.Transition.Kind,
            Before = staged.Before,
            After = staged.Transition.Next,
            By = by,
            Reason = staged.Transition.Reason,
            Time = now,
        };
        if (staged.New is not null) staged.New.Sequence = sequence;
        writer.Pending.Add(new PendingChange(change, staged.Old, staged.New, oldSequence));
        return change;
    }
}
