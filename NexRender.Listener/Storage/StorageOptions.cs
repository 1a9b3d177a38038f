using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage;

/// <summary>The times and sizes by which the storage works; tests choose others.</summary>
internal sealed record StorageOptions
{
    public Disk Disk { get; init; } = new();

    /// <summary>Whether a damaged database is mended, at the price of what cannot be read.</summary>
    public bool Recover { get; init; }

    /// <summary>How long nothing must have changed before a checkpoint is written for the sake of rest.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The length of a journal, in bytes, below which it never outgrows its checkpoint.</summary>
    public long MinimumJournal { get; init; } = 16 << 20;

    /// <summary>How long after a failure the disk is tried again.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a graceful stop may spend on the last checkpoint; the journal holds everything without it.</summary>
    public TimeSpan LastCheckpoint { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Room on the disk, in bytes, that is given back when the disk is full.</summary>
    public long Reserve { get; init; } = 4 << 20;
}
