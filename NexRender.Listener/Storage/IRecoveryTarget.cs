using System.Text.Json;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>Receives the content of a storage during a recovery, on one thread; only <see cref="Prepare"/> is called on others.</summary>
internal interface IRecoveryTarget
{
    /// <summary>Receives the jobs of a checkpoint, in their order.</summary>
    /// <param name="jobs">Each job as UTF-8 JSON; enumerated once. Jobs are checked only as far as the target checks them.</param>
    /// <param name="length">The length of all jobs together, in bytes; 0 if it is not known.</param>
    /// <returns>The jobs that were dropped because a later one has the same uid; none in a file that this server wrote.</returns>
    /// <exception cref="JsonException">A job is not valid JSON; the method is called again with jobs that have been checked.</exception>
    IReadOnlyList<byte[]> Load(IEnumerable<byte[]> jobs, long length);

    /// <summary>Receives a job from a journal: replaces the job with the same uid if there is one.</summary>
    /// <param name="job">The job as UTF-8 JSON, valid until the method returns.</param>
    /// <param name="atEnd">True to put it at the end of the order; otherwise a replaced job's place is kept.</param>
    void Put(ReadOnlyMemory<byte> job, bool atEnd);

    /// <summary>Parses a job from a journal, before earlier changes are made; called on any thread, for several jobs at once.</summary>
    /// <param name="job">The job as UTF-8 JSON; the target may keep it.</param>
    /// <param name="atEnd">As of <see cref="Put"/>.</param>
    /// <returns>An action that puts the job; <c>null</c> if <see cref="Put"/> is to be called.</returns>
    Action? Prepare(byte[] job, bool atEnd) => null;

    /// <summary>Receives a change of some members of a job from a journal; one that the checkpoint holds is passed.</summary>
    /// <param name="delta">The change, valid until the method returns.</param>
    void Update(in JobDelta delta);

    /// <summary>Receives the news that the checkpoint holds every change so far, and some that the journals do not hold any more.</summary>
    void Cover();

    /// <summary>Receives a removal from a journal; an unknown uid is ignored.</summary>
    /// <param name="uid">The uid of the removed job.</param>
    void Remove(string uid);

    /// <summary>Receives a remembered removal, as <see cref="Snapshot.Removals"/> wrote it; what is not one is ignored.</summary>
    /// <param name="removal">A JSON object.</param>
    void LoadRemoval(byte[] removal);

    /// <summary>Receives a remembered answer, as <see cref="Snapshot.Answers"/> wrote it; what is not one is ignored.</summary>
    /// <param name="answer">A JSON object.</param>
    void Remember(byte[] answer);

    /// <summary>Ends the recovery: every journal was read.</summary>
    /// <exception cref="StorageException">Changes of a job are missing.</exception>
    void Complete();
}
