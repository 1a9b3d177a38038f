using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Pickups;

/// <summary>A pickup that is held until a job fits. Guarded by the store's lock, but for its signal.</summary>
internal sealed class WaitingPickup(string[] tags, WorkerIdentity worker, long number)
{
    private volatile TaskCompletionSource _signal = NewSignal();

    /// <summary>The job must have one of these tags; empty for any job.</summary>
    public string[] Tags => tags;

    public WorkerIdentity Worker => worker;

    /// <summary>The place in the order of arrival.</summary>
    public long Number => number;

    /// <summary>The job that the pickup was signalled for; <c>null</c> if it was not.</summary>
    public JobEntry? Offered { get; set; }

    /// <summary>Completes at the next signal.</summary>
    public Task Signalled => _signal.Task;

    /// <summary>Makes the pickup look again at the queue and at its own end; from any thread.</summary>
    public void Signal() => _signal.TrySetResult();

    /// <summary>Prepares for the next signal. Whatever a signal could be about must be looked at after this.</summary>
    public void Renew() => _signal = NewSignal();

    // The continuation takes the store's lock and makes a version, so it must not run on the thread that signals.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
