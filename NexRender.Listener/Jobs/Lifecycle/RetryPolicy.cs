namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The time limits and the number of attempts after which jobs return to the queue.</summary>
internal sealed record RetryPolicy
{
    /// <summary>The longest delay before a job is tried again, unless the first delay is longer.</summary>
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);

    /// <summary>The time limit from the pickup to the first report of the worker; zero disables it.</summary>
    public TimeSpan PickedTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest time without a report while a worker renders; zero disables the limit.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>The number of attempts after which an error is final.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The delay between the failure of a job and its second attempt; it doubles before each further one.</summary>
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

    /// <summary>Returns the longest time without a report of the worker of a job at present; zero for no limit.</summary>
    public TimeSpan TimeLimit(Job job)
    {
        if (job.State == JobState.Picked) return PickedTimeout;
        return job.IsRunning ? job.Schedule?.Lease ?? Lease : TimeSpan.Zero;
    }
}
