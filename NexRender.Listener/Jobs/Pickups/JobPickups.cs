using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Pickups;

/// <summary>
/// Hands out jobs, at once or when one becomes ready. A job that becomes ready signals one held pickup, which then takes what is next for
/// it. If another request was faster, it waits on in its old place; if it cannot take the job, the next one is signalled for it.
/// </summary>
internal sealed class JobPickups : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private readonly ChangeWriter _writer;
    private readonly JobLifecycle _life;
    private readonly ITimer _timer;
    private IPickupPauses? _pauses;

    public JobPickups(ChangeWriter writer, JobLifecycle life, TimeProvider clock)
    {
        (_writer, _life) = (writer, life);
        _timer = clock.CreateTimer(_ => OfferDue(), null, Period, Period);
    }

    /// <summary>The number of pickups that are held.</summary>
    public int HeldPickups => Waiting.Count;

    private JobTable Table => _writer.Table;

    private JobQueue Queue => _writer.Table.Queue;

    private WaitingPickups Waiting => _writer.Table.Queue.Waiting;

    /// <summary>Sets the pauses that held pickups observe. To be called before requests are handled.</summary>
    public void Observe(IPickupPauses pauses) => _pauses = pauses;

    /// <summary>Hands out the next queued job.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    /// <param name="worker">The worker.</param>
    public async ValueTask<PickupResult> PickUpAsync(string[] tags, WorkerIdentity worker)
    {
        CommittedChange committed;
        string[] suspects;
        lock (_writer.Lock)
        {
            suspects = TakeBackLost_NeedsLock(worker);
            if (Queue.Next(tags, worker.Executor) is not { } entry)
                return new PickupResult(JobResult.Nothing, suspects, Queue.NextReadyIn(tags));
            if (_writer.GetRefusal(isNewJob: false) is { } refusal) return new PickupResult(JobResult.Refused(refusal), suspects, null);
            committed = HandOut_NeedsLock(entry, worker);
        }
        return new PickupResult(await committed.ResultAsync().ConfigureAwait(false), suspects, null);
    }

    /// <summary>Hands out the next queued job, and waits for one if there is none.</summary>
    /// <param name="tags">The job must have one of these tags; empty for any job.</param>
    /// <param name="worker">The worker.</param>
    /// <param name="isGone">Returns true if the worker would not receive a job any more; called under the store's lock.</param>
    /// <param name="ended">Ends the wait without a job.</param>
    public async ValueTask<PickupResult> HoldAsync(
        string[] tags, WorkerIdentity worker, Func<bool> isGone, CancellationToken ended)
    {
        WaitingPickup pickup;
        lock (_writer.Lock) pickup = Waiting.Enter(tags, worker);
        using var registration = ended.UnsafeRegister(static pickup => ((WaitingPickup)pickup!).Signal(), pickup);
        while (true)
        {
            CommittedChange? committed = null;
            lock (_writer.Lock)
            {
                pickup.Renew();
                var offered = Waiting.TakeOffer(pickup);
                if (ended.IsCancellationRequested || isGone())
                {
                    Leave_NeedsLock(pickup, offered, taken: null);
                    return new PickupResult(JobResult.Nothing, [], Queue.NextReadyIn(tags));
                }
                committed = TryTake_NeedsLock(pickup, offered);
            }
            if (committed is not null) return new PickupResult(await committed.ResultAsync().ConfigureAwait(false), [], null);
            await pickup.Signalled.ConfigureAwait(false);
        }
    }

    /// <summary>Offers the ready jobs to the held pickups, because the queue is not paused any more.</summary>
    public void ResumeQueue()
    {
        lock (_writer.Lock) Queue.OfferAll();
    }

    /// <summary>Lets the held pickups of a worker look at the queue again, because it is not paused any more.</summary>
    public void ResumeWorker(string name)
    {
        lock (_writer.Lock) Waiting.Resume(name);
    }

    public void Dispose() => _timer.Dispose();

    // Returns the job that the pickup takes; null if it waits on.
    private CommittedChange? TryTake_NeedsLock(WaitingPickup pickup, JobEntry? offered)
    {
        // Looked at under the lock, so that an end of the pause either shows here or finds the pickup among those that it signals.
        if (_pauses?.IsPaused(pickup.Worker.Executor) == true)
        {
            Waiting.AddPaused(pickup);
            if (offered is not null) Queue.PassOn(offered, taken: null);
            return null;
        }
        var entry = _pauses?.IsQueuePaused == true ? null : Queue.Next(pickup.Tags, pickup.Worker.Executor);
        // While nothing can be stored the job stays where it is; the timer offers it again.
        if (entry is null || _writer.GetRefusal(isNewJob: false) is not null)
        {
            Waiting.Add(pickup);
            return null;
        }
        Leave_NeedsLock(pickup, offered, entry);
        return HandOut_NeedsLock(entry, pickup.Worker);
    }

    // The job that it was signalled for may be one for another pickup now.
    private void Leave_NeedsLock(WaitingPickup pickup, JobEntry? offered, JobEntry? taken)
    {
        Waiting.Leave(pickup);
        if (offered is not null) Queue.PassOn(offered, taken);
    }

    private CommittedChange HandOut_NeedsLock(JobEntry entry, WorkerIdentity worker)
    {
        // Made under the lock, unlike other versions, so that two workers cannot compete for one job.
        var picked = Transition.To(_life.PickUp(entry.Job, worker.Executor), ChangeKind.Picked);
        var committed = Replace_NeedsLock(entry, picked, worker.Executor);
        entry.Holding!.Address = worker.Address;
        return committed;
    }

    /// <summary>Requeues the jobs that a worker has lost; returns the jobs that are newly suspected to be lost.</summary>
    private string[] TakeBackLost_NeedsLock(WorkerIdentity worker)
    {
        if (!worker.IsNamed) return [];
        var (lost, suspects) = Table.Held.Review(worker);
        foreach (var entry in lost)
        {
            if (_writer.GetRefusal(isNewJob: false) is not null) break;
            Replace_NeedsLock(entry, _life.TakeBack(entry.Job, $"{worker.Executor} asked for other work"), by: null);
        }
        return suspects;
    }

    private CommittedChange Replace_NeedsLock(JobEntry entry, in Transition transition, string? by)
    {
        var group = new ChangeGroup(_writer, by);
        group.Replace(entry, transition);
        return group.Commit();
    }

    // Nothing announces that a delay is over, or that changes can be stored again.
    private void OfferDue()
    {
        if (Waiting.Count == 0 || _pauses?.IsQueuePaused == true) return;
        lock (_writer.Lock)
        {
            if (_writer.GetRefusal(isNewJob: false) is null) Queue.OfferAll();
        }
    }
}
