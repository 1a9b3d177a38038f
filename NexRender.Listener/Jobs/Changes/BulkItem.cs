using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>One job of an action on many jobs.</summary>
internal sealed class BulkItem(JobEntry entry, Job before, BulkCommit commit)
{
    public JobEntry Entry => entry;

    /// <summary>The version that the decision is made about.</summary>
    public Job Before { get; private set; } = before;

    /// <summary>The decision about that version.</summary>
    public Transition Transition { get; private set; }

    /// <summary>The version after the change; of a removal, the last one.</summary>
    public Job After => Transition.Next ?? Before;

    /// <summary>True if the job is to be removed.</summary>
    public bool IsRemoval { get; private set; }

    /// <summary>The place of its record in the group; <c>null</c> if there is none.</summary>
    public int? Record { get; private set; }

    /// <summary>The reason why the job is not changed; <c>null</c> if it is.</summary>
    public string? Reason { get; private set; }

    /// <summary>True if the job is to be changed.</summary>
    public bool IsChanged => Reason is null;

    /// <summary>True if the change was committed: the job has its next version, even if the indexes do not know it yet.</summary>
    public bool IsCommitted => commit.IsCommitted;

    /// <summary>True if the indexes are updated after the commit, and not together with it.</summary>
    public bool FollowsCommit => IsChanged && Record is not null && !IsMadeAtOnce;

    /// <summary>True if the change is made in the indexes at the moment of its commit.</summary>
    public bool IsMadeAtOnce { get; set; }

    /// <summary>True if the change can follow its commit: workers have no part in it, and no other job does.</summary>
    public bool CanFollow => !Before.IsHeld && Transition.Next?.State != JobState.Waiting;

    /// <summary>The sequence number of the committed change.</summary>
    public long Sequence => commit.FirstSequence + Record!.Value;

    /// <summary>The sequence number of the change that had made the version before.</summary>
    public long OldSequence { get; private set; }

    /// <summary>Decides about the version before.</summary>
    public void Decide(BulkAction action)
    {
        IsRemoval = action == BulkAction.Removal;
        Transition = action.Decide(Before);
        if (Transition.Refusal is { } refusal) Reason = refusal.Message;
        else if (Transition.Next is null && !IsRemoval) Reason = $"job {Before.Uid} is {Before.State} already";
    }

    /// <summary>Appends the record of the change. Used under the store's lock.</summary>
    public void Append(GroupRecords records, in JournalRecord record)
    {
        Record = records.Append(record);
        OldSequence = entry.Sequence;
    }

    /// <summary>Takes the decision back, because the job has changed since. Used under the store's lock.</summary>
    public void Reset(GroupRecords records)
    {
        if (Record is { } record) records.Drop(record);
        Record = null;
        Before = entry.Job;
        if (!entry.IsListed) Reason = Refusal.NotFound(Before.Uid).Message;
    }

    /// <summary>Notes that another change of the job was faster. Used under the store's lock.</summary>
    public void Break()
    {
        commit.Claims--;
        commit.Late.Add(this);
    }

    /// <summary>Claims the job, so that it follows the commit. Used under the store's lock.</summary>
    public void Claim(JobTable table)
    {
        table.Claim(this);
        commit.Claims++;
    }

    /// <summary>Returns true if the job is claimed by an action.</summary>
    public bool IsClaimedBy(BulkCommit other) => commit == other && entry.Claim == this;

    /// <summary>Gives the claim up, to make the change at the moment of the commit. Used under the store's lock.</summary>
    public void Unclaim()
    {
        entry.Claim = null;
        commit.Claims--;
    }
}
