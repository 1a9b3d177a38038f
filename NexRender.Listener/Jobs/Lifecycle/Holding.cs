namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>A worker's hold on a job. Guarded by the store's lock.</summary>
internal sealed class Holding
{
    /// <summary>The time by which the worker must report, by the clock of <see cref="Deadlines"/>; 0 for never.</summary>
    public long Deadline { get; set; }

    /// <summary>The address that the job was picked up from; <c>null</c> if that was before the server started.</summary>
    public string? Address { get; set; }

    /// <summary>The reason to suspect that the worker has lost the job; <c>null</c> if there is none.</summary>
    public string? Suspicion { get; set; }
}
