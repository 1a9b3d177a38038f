namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The time limits and the number of attempts after which jobs return to the queue.</summary>
internal sealed record RetryPolicy
{
    /// <summary>The longest delay before a job is tried again, unless the first delay is longer.</summary>
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);

    /// <summary>How long a worker may take from the pickup to its first report; zero disables the limit.</summary>
    public TimeSpan PickedTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a worker may be silent while it renders; zero disables the limit.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>How often a job is tried before its error is final.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>How long a failed job waits before its second attempt; the delay doubles before each one after that.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True if a name belongs to one worker only, so that one which asks for work while it holds a job has lost that job.
    /// </summary>
    public bool ExclusiveNames { get; init; }

    /// <summary>The longest delay after any attempt.</summary>
    public TimeSpan LongestDelay => RetryDelay > LongestBackoff ? RetryDelay : LongestBackoff;

    /// <summary>Returns the delay after an attempt, counted from 1.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var factor = Math.Pow(2, Math.Min(attempt - 1, 30));
        return RetryDelay < LongestDelay / factor ? RetryDelay * factor : LongestDelay;
    }

    /// <summary>Returns how long the worker of a job may be silent now; zero for no limit.</summary>
    public TimeSpan TimeLimit(Job job)
    {
        if (job.State == JobState.Picked) return PickedTimeout;
        return job.IsRunning ? job.Schedule?.Lease ?? Lease : TimeSpan.Zero;
    }
}
