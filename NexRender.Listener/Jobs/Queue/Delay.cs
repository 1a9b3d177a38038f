namespace NexRender.Listener.Jobs.Queue;

/// <summary>
/// The state of a queued job that is delayed, or withheld from a worker. Guarded by the store's lock. The server's own delays are
/// measured on the monotonic clock, so they stay with the entry while versions of the job change.
/// </summary>
internal sealed class Delay(DateTimeOffset? retryAt, string? failedBy)
{
    /// <summary>The time of the retry that was scheduled, by the wall clock, to recognize it in later versions.</summary>
    public DateTimeOffset? RetryAt { get; } = retryAt;

    /// <summary>The worker that failed the job.</summary>
    public string? FailedBy { get; } = failedBy;

    /// <summary>The time of the retry on the monotonic clock; <c>null</c> if there is none.</summary>
    public long? RetryDue { get; set; }

    /// <summary>The end of the exclusion of the worker, on the monotonic clock; <c>null</c> until the job is ready for others.</summary>
    public long? ExcludedUntil { get; set; }

    /// <summary>The set of the queue that the entry is in.</summary>
    public DelayKind Kind { get; set; }

    /// <summary>The time at which the entry moves on, on the clock of its set.</summary>
    public long WakesAt { get; set; }
}
