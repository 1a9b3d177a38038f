using NexRender.Listener.Http;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Storage;

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

    /// <summary>How long a worker may take from a pickup to its first report before the job goes back to the queue; 2 minutes by default, zero for any time.</summary>
    public TimeSpan PickedTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a worker may be silent while it renders before the job goes back to the queue; zero, the default, for any time.</summary>
    public TimeSpan Lease { get; init; }

    /// <summary>How often a job is tried before its error is final, 1 or more; 1 by default.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>How long a failed job waits for its second attempt, and twice as long for each one after that, up to 15 minutes; 30 seconds by default.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a database that cannot be opened is mended: what can be read is kept, and a report says what was dropped.</summary>
    public bool Recover { get; init; }

    internal HttpLimits Limits { get; init; } = new();

    internal StorageOptions Storage { get; init; } = new();

    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal RetryPolicy Rules() => new() { PickedTimeout = PickedTimeout, Lease = Lease, MaxAttempts = MaxAttempts, RetryDelay = RetryDelay };

    /// <summary>The path of the database: the one given, or the one of this user.</summary>
    /// <exception cref="StartupException">None is given, and the user has no home folder.</exception>
    internal string DatabasePath()
    {
        if (!string.IsNullOrEmpty(Database)) return Database;
        var home = Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
        return string.IsNullOrEmpty(home)
            ? throw new StartupException("there is no home folder to keep the jobs in; name a file with --database or NEXRENDER_DATABASE")
            : Path.Combine(home, "nexrender", "database.js");
    }
}
