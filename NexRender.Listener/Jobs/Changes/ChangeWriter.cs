using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>The jobs, their storage, and the list of changes that are not durable yet: every change of jobs needs them.</summary>
internal sealed class ChangeWriter(
    Lock storeLock, JobTable table, PendingChanges pending, IJobStorage storage, ChangePublisher publisher, ChangeFeed feed,
    DependencyRules rules, TimeProvider clock)
{
    /// <summary>Guards the jobs.</summary>
    public Lock Lock => storeLock;

    public JobTable Table => table;

    public PendingChanges Pending => pending;

    public IJobStorage Storage => storage;

    public DependencyRules Rules => rules;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Wakes the publisher, or drops the durable changes if the feed has no readers.</summary>
    public void Wake()
    {
        if (feed.HasReaders) publisher.Wake_NeedsLock();
        else pending.DropDurable();
    }

    /// <summary>Returns the reason why a change would be refused now; <c>null</c> if it would be accepted.</summary>
    /// <param name="isNewJob">True for a new job, which is refused earlier than other changes when space runs out.</param>
    public Refusal? GetRefusal(bool isNewJob) => storage.GetRefusal(isNewJob) is { } failure ? Refusal.NotStored(failure) : null;
}
