using NexRender.Listener.Jobs.Retention;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>Figures about the server itself: version and start, syncs of the journal, connections, jobs that it removed.</summary>
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

    /// <summary>The jobs that were removed for their age or number.</summary>
    public RetentionCounts Retention { get; } = new();

    /// <summary>Returns the length of the present journal in bytes.</summary>
    public Func<long> JournalBytes { get; set; } = () => 0;

    /// <summary>Returns what an acknowledged change survives, in words.</summary>
    public Func<string> Survives { get; set; } = () => "";

    /// <summary>Returns the number of open connections; <c>null</c> if it is not known.</summary>
    public Func<int?> Connections { get; set; } = () => null;
}
