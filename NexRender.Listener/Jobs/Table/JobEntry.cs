using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener.Jobs.Table;

/// <summary>The place of a job in the store: its current version, and what the store keeps about it. Guarded by the store's lock.</summary>
internal sealed class JobEntry(Job job, long order)
{
    /// <summary>The value of <see cref="Slot"/> of an entry that is not in the list.</summary>
    public const int NoSlot = -1;

    private Job _job = job;
    private long _sequence;

    /// <summary>The current version; changed only by <see cref="JobTable"/>, while the entry is in no index that depends on it.</summary>
    public Job Job
    {
        get => Claim is { IsCommitted: true } claim ? claim.After : _job;
        set => _job = value;
    }

    /// <summary>The place in the order of creation.</summary>
    public long Order { get; } = order;

    /// <summary>The change that made the current version; 0 if it was read at the start.</summary>
    public long Sequence
    {
        get => Claim is { IsCommitted: true } claim ? claim.Sequence : _sequence;
        set => _sequence = value;
    }

    /// <summary>The state of the worker's hold on the job; <c>null</c> if no worker has it.</summary>
    public Holding? Holding { get; set; }

    /// <summary>The delay of the queued job; <c>null</c> for jobs without a schedule.</summary>
    public Delay? Delay { get; set; }

    /// <summary>The count of unfinished dependencies of the job; <c>null</c> if it depends on none.</summary>
    public Wait? Wait { get; set; }

    /// <summary>The change of many jobs that the job belongs to while that is made; <c>null</c> for none.</summary>
    public BulkItem? Claim { get; set; }

    /// <summary>True if a change of many jobs keeps the job out of the queue, although it is queued.</summary>
    public bool IsDetached { get; set; }

    /// <summary>True if the job was removed together with many others, and is still in the list.</summary>
    public bool IsGone => Claim is { IsCommitted: true, IsRemoval: true };

    /// <summary>The slot in <see cref="JobList"/>.</summary>
    public int Slot { get; set; } = NoSlot;

    /// <summary>True if the entry is in the list.</summary>
    public bool IsListed => Slot >= 0 && !IsGone;

    /// <summary>Returns true if the entry is in the list and still has this version.</summary>
    public bool IsCurrent(Job version) => IsListed && ReferenceEquals(Job, version);
}
