using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>
/// A change of many jobs. The moment at which it is committed costs the same whatever their number: from then on each job has its next
/// version, and the indexes follow a few at a time. Guarded by the store's lock.
/// </summary>
internal sealed class BulkCommit(string by)
{
    private readonly Lock _changesLock = new();
    private PendingChange[]? _changes;

    /// <summary>True from the commit on, unless it was rolled back.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>The jobs that other requests have changed in the meantime.</summary>
    public List<BulkItem> Late { get; } = [];

    /// <summary>The number of jobs that are claimed.</summary>
    public int Claims { get; set; }

    /// <summary>The sequence number of the first change.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>The sequence number of the last change.</summary>
    public long LastSequence { get; private set; }

    /// <summary>The changes that were made in the indexes at once.</summary>
    public List<PendingChange> Made { get; } = [];

    private IReadOnlyList<BulkItem> Items { get; set; } = [];

    private DateTimeOffset Time { get; set; }

    /// <summary>Makes the change.</summary>
    /// <param name="items">All jobs of the action.</param>
    /// <param name="first">The sequence number of the first change.</param>
    /// <param name="last">The sequence number of the last change.</param>
    /// <param name="time">The time of the change.</param>
    public void Commit(IReadOnlyList<BulkItem> items, long first, long last, DateTimeOffset time)
    {
        (Items, FirstSequence, LastSequence, Time) = (items, first, last, time);
        IsCommitted = true;
    }

    /// <summary>Returns all changes in their order; they are built once. Not to be called under the store's lock without need.</summary>
    public PendingChange[] Changes()
    {
        lock (_changesLock)
        {
            var followed = Items.Where(item => item.FollowsCommit).Select(ToPending);
            return _changes ??= [.. Made.Concat(followed).OrderBy(pending => pending.Change.Sequence)];
        }
    }

    /// <summary>Rolls the change back: jobs whose indexes do not know it yet only lose their claims.</summary>
    /// <param name="table">The jobs.</param>
    /// <param name="undo">Rolls back one change that the indexes know.</param>
    public void RollBack(JobTable table, Action<PendingChange> undo)
    {
        var changes = Changes();
        var claims = Items.Where(item => item.FollowsCommit).ToDictionary(item => item.Sequence);
        IsCommitted = false;
        foreach (var change in changes.Reverse())
        {
            if (!claims.TryGetValue(change.Change.Sequence, out var item) || item.Entry.Claim != item)
            {
                undo(change);
                continue;
            }
            table.AddStale(-1, item.IsRemoval);
            table.Release(item);
        }
    }

    private PendingChange ToPending(BulkItem item)
    {
        var change = new JobChange
        {
            Sequence = item.Sequence,
            Kind = item.IsRemoval ? ChangeKind.Removed : item.Transition.Kind,
            Before = item.Before,
            After = item.Transition.Next,
            By = by,
            Reason = item.Transition.Reason,
            Time = Time,
        };
        return new PendingChange(change, item.Entry, item.IsRemoval ? null : item.Entry, item.OldSequence);
    }
}
