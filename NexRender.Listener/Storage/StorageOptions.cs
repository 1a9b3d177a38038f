using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage;

/// <summary>The intervals and sizes of the storage; tests choose others.</summary>
internal sealed record StorageOptions
{
    public Disk Disk { get; init; } = new();

    /// <summary>True to repair a damaged database: what cannot be read is dropped.</summary>
    public bool Recover { get; init; }

    /// <summary>Receives the duration of each sync that made changes durable; called by the writer thread, and must not block.</summary>
    public Action<TimeSpan>? Synced { get; init; }

    /// <summary>The time without changes after which an idle checkpoint is written.</summary>
    public TimeSpan IdleCheckpointDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The journal length in bytes below which no checkpoint is due for size.</summary>
    public long MinJournalSize { get; init; } = 16 << 20;

    /// <summary>The time between a failure and the next attempt.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The time that a graceful stop may spend on the final checkpoint; the journal makes it optional.</summary>
    public TimeSpan FinalCheckpointTimeout { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>The time after which a disk that does not respond is a health problem.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time that a start waits for a program that reads the files, before they count as another server's.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The disk space in bytes that is set aside for changes on a full disk.</summary>
    public long ReserveSize { get; init; } = 4 << 20;
}
