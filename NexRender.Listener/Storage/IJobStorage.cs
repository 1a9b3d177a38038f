using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>Durable storage of one list of jobs: recovers it at the start and records every change of it after that.</summary>
/// <remarks>
/// Disposing writes what is queued, and a final checkpoint if there is time, and releases the storage; it may be called whether or not
/// <see cref="Recover"/> was.
/// </remarks>
internal interface IJobStorage : IAsyncDisposable
{
    /// <summary>The place of the jobs, for people: the full path of the database file, or an address.</summary>
    string Location { get; }

    /// <summary>The reason why changes or checkpoints fail at present; <c>null</c> if there is none.</summary>
    StorageFailure? HealthProblem { get; }

    /// <summary>True while a checkpoint is written, which keeps the versions of jobs in memory that it began with.</summary>
    bool IsCheckpointing { get; }

    /// <summary>The sequence number of the last change that was appended.</summary>
    long LastSequence { get; }

    /// <summary>The sequence number of the last change that is durable.</summary>
    long DurableSequence { get; }

    /// <summary>
    /// True if the change of a job may be recorded as that of some members; false if the storage needs the whole job each time.
    /// </summary>
    bool TakesDeltas { get; }

    /// <summary>Loads everything stored into a state, then begins to record the state's changes.</summary>
    /// <param name="state">The state, empty; it is used until the storage is disposed.</param>
    /// <exception cref="StorageException">What is stored cannot be read; nothing was changed.</exception>
    void Recover(IJournaledState state);

    /// <summary>The reason why a change would be refused now; <c>null</c> if it would be accepted.</summary>
    /// <param name="isNewJob">True for a new job, which is refused earlier than other changes when space runs out.</param>
    StorageFailure? GetRefusal(bool isNewJob);

    /// <summary>Queues a change. The caller holds the state's lock, so that sequence numbers follow the order in memory.</summary>
    /// <param name="record">The change.</param>
    /// <param name="sequence">The sequence number of the change.</param>
    /// <returns>The batch of the change, which completes once it is durable or has been rolled back.</returns>
    Batch Append(in JournalRecord record, out long sequence);

    /// <summary>
    /// Begins a group of changes that are durable all together or not at all. Its records are appended in any number of batches, and have
    /// no effect before <see cref="GroupMember.End"/> was appended, too.
    /// </summary>
    /// <returns>The number of the group.</returns>
    long BeginGroup();

    /// <summary>Returns true if nothing of an unfinished group was lost; the caller holds the state's lock.</summary>
    bool IsIntact(long group);

    /// <summary>Ends a group: its end was appended, or it was given up.</summary>
    void EndGroup(long group);

    /// <summary>Waits for a change. The caller holds the state's lock: after a rollback the number belongs to another change.</summary>
    /// <param name="sequence">The sequence number of the change.</param>
    /// <returns><c>null</c> once the change is durable, or the reason why it was rolled back.</returns>
    Task<StorageFailure?> WhenDurableAsync(long sequence);
}
