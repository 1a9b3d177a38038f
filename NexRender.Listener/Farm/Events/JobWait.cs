namespace NexRender.Listener.Farm.Events;

/// <summary>The clients that wait for the end of one job or batch. Guarded by the lock of <see cref="JobWaits"/>.</summary>
internal sealed class JobWait
{
    private TaskCompletionSource _next = NewSource();

    public int Clients { get; set; }

    /// <summary>Completes at the next end of the job, or of a job of the batch.</summary>
    public Task Next => _next.Task;

    public void Signal()
    {
        _next.TrySetResult();
        _next = NewSource();
    }

    // The continuations must not run on the thread that publishes.
    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
