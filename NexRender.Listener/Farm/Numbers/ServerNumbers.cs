namespace NexRender.Listener.Farm.Numbers;

/// <summary>Figures about the server itself: its version and start, the syncs of its journal, its connections.</summary>
/// <param name="version">The version of the server.</param>
/// <param name="clock">The clock.</param>
internal sealed class ServerNumbers(string version, TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();

    public string Version => version;

    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow();

    public TimeSpan Uptime => clock.GetElapsedTime(_started);

    /// <summary>The durations of the syncs that made changes durable.</summary>
    public DurationHistogram Flushes { get; } = new();

    /// <summary>The requests that were refused before a route was called.</summary>
    public RequestCounts Unrouted { get; } = new();

    /// <summary>Returns the length of the present journal in bytes.</summary>
    public Func<long> JournalBytes { get; set; } = () => 0;

    /// <summary>Returns the number of open connections; <c>null</c> if it is not known.</summary>
    public Func<int?> Connections { get; set; } = () => null;
}
