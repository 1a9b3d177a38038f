namespace NexRender.Listener.Farm.Hooks;

/// <summary>The times and sizes of hooks.</summary>
internal sealed record HookLimits
{
    /// <summary>The longest time that a stop waits for requests and commands that it has cancelled.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan[] DefaultRetryDelays =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    /// <summary>The time for one try of a request: to find the address, connect, send, and receive the status.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The delays between the tries of a request, of which there is one more.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } = DefaultRetryDelays;

    /// <summary>The time after which a command is killed.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The number of requests to one receiver, or of commands, at once: a receiver that hangs delays no other one.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>The number of undelivered hooks beyond which the oldest are dropped.</summary>
    public int MaxPending { get; init; } = 10_000;

    /// <summary>The bytes of their bodies and headers beyond which the oldest are dropped.</summary>
    public long MaxPendingBytes { get; init; } = 64 << 20;
}
