using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>One job of an action on many jobs.</summary>
internal sealed class BulkItem(JobEntry entry, Job before)
{
    public JobEntry Entry => entry;

    /// <summary>The version that the decision is made about.</summary>
    public Job Before { get; private set; } = before;

    /// <summary>The decision about that version.</summary>
    public Transition Transition { get; set; }

    /// <summary>The place of its record in the group; <c>null</c> if there is none.</summary>
    public int? Record { get; private set; }

    /// <summary>The reason why the job is not changed; <c>null</c> if it is.</summary>
    public string? Reason { get; private set; }

    /// <summary>True if the job is to be changed.</summary>
    public bool IsChanged => Reason is null;

    /// <summary>True if the job has changed since the decision. Read under the store's lock.</summary>
    public bool IsLate => IsChanged && !entry.IsCurrent(Before);

    /// <summary>Decides about the present version.</summary>
    public void Decide(BulkAction action)
    {
        Transition = action.Decide(Before);
        if (Transition.Refusal is { } refusal) Reason = refusal.Message;
        else if (Transition.Next is null && action != BulkAction.Removal) Reason = $"job {Before.Uid} is {Before.State} already";
    }

    /// <summary>Appends the record of the change. Used under the store's lock.</summary>
    public void Append(BulkAction action, GroupRecords records, byte[] json) => Record = records.Append(action.Record, json);

    /// <summary>Takes the decision back, because the job has changed since. Used under the store's lock.</summary>
    public void Reset(GroupRecords records)
    {
        if (Record is { } record) records.Drop(record);
        Record = null;
        Before = entry.Job;
        if (entry.Slot < 0) Reason = Refusal.NotFound(Before.Uid).Message;
    }

    /// <summary>Leaves the job out, if the second decision is against a change.</summary>
    public void DecideAgain(BulkAction action, GroupRecords records)
    {
        Reset(records);
        if (IsChanged) Decide(action);
    }
}
