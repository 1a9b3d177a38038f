namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The times and numbers by which jobs come back to the queue.</summary>
internal sealed record RetryPolicy
{
    /// <summary>The longest wait before a job is tried again, unless the first wait is longer.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    /// <summary>How long a worker may take from the pickup to its first report; zero for any time.</summary>
    public TimeSpan PickedTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a worker may be silent while it renders; zero for any time.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>How often a job is tried before its error is final.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>How long a failed job waits before its second attempt; twice as long before each one after that.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a job waits after the given attempt, counted from 1.</summary>
    public TimeSpan DelayAfter(int attempt)
    {
        var longest = RetryDelay > LongestDelay ? RetryDelay : LongestDelay;
        var factor = Math.Pow(2, Math.Min(attempt - 1, 30));
        return RetryDelay < longest / factor ? RetryDelay * factor : longest;
    }
}
