using NexRender.Listener.Jobs;

namespace NexRender.Listener;

/// <summary>What a server can be told, each with its default.</summary>
public sealed record ListenerOptions
{
    /// <summary>The TCP port, 1 to 65535; 3000 by default.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>The host name or address to listen on; <c>null</c>, the default, for every interface.</summary>
    public string? Host { get; init; }

    /// <summary>What every request must carry in the header <c>nexrender-secret</c>; <c>null</c> or empty, the default, for no secret.</summary>
    public string? Secret { get; init; }

    /// <summary>The path of the database file; <c>null</c>, the default, for <c>$HOME/nexrender/database.js</c>.</summary>
    public string? Database { get; init; }

    /// <summary>Which queued job a pickup hands out; <see cref="JobOrdering.OldestFirst"/> by default.</summary>
    public JobOrdering Ordering { get; init; } = JobOrdering.OldestFirst;

    /// <summary>How much is written to standard output; <see cref="Verbosity.Normal"/> by default.</summary>
    public Verbosity Verbosity { get; init; } = Verbosity.Normal;
}
