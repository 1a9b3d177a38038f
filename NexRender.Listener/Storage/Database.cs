using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Repair;

namespace NexRender.Listener.Storage;

/// <summary>Stores jobs in files: database.js as of the last checkpoint, and a journal of the changes since.</summary>
internal sealed class Database : IJobStorage
{
    private readonly DatabaseFolder _folder;
    private readonly DatabaseLock _lock;
    private readonly StorageOptions _options;
    private readonly StorageLog _log;
    private readonly CommitQueue _queue = new();
    private CommitLoop? _loop;

    private Database(DatabaseFolder folder, DatabaseLock fileLock, StorageOptions options, StorageLog log) =>
        (_folder, _lock, _options, _log) = (folder, fileLock, options, log);

    public string Location => _folder.Paths.File;

    public StorageFailure? HealthProblem => _queue.Refusal ?? _queue.DiskFull ?? _loop?.CheckpointFailure;

    public long DurableSequence => _queue.DurableSequence;

    public long LastSequence => _queue.LastSequence;

    /// <summary>Acquires the exclusive lock on a database; nothing is read yet.</summary>
    /// <param name="path">The path of the database file.</param>
    /// <param name="options">The options.</param>
    /// <param name="info">Receives a log line that needs no action.</param>
    /// <param name="error">Receives a log line about a failure.</param>
    /// <exception cref="StorageException">Another server has the database open, or the folder cannot be written.</exception>
    public static Database Open(string path, StorageOptions options, Action<string> info, Action<string> error)
    {
        var paths = new DatabasePaths(path);
        return new Database(new DatabaseFolder(paths, options.Disk), new DatabaseLock(paths), options, new StorageLog(info, error));
    }

    public void Recover(IJournaledState state)
    {
        try
        {
            if (_options.Recover) new DatabaseRepair(_folder, _log.Info).Run();
            var recovery = new Recovery(_folder, _log.Info);
            recovery.ReadRemovals(state.LoadRemoval);
            recovery.Read(state);
            _queue.StartAfter(recovery.LastSequence);
            var checkpointer = new Checkpointer(_folder, _options, state, _log);
            var journal = recovery.OpenJournal(state.Count);
            _loop = new CommitLoop(_folder, _options, _queue, state, checkpointer, journal, _log) { HasReplayed = recovery.Replayed > 0 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageProblem.Other, $"cannot open the database {Location}: {StorageFailure.OneLine(e)}", e);
        }
        _loop.Start();
    }

    public StorageFailure? GetRefusal(bool isNewJob) => _queue.Refusal ?? (isNewJob ? _queue.DiskFull : null);

    public Batch Append(in JournalRecord record, out long sequence) => _queue.Append(record, out sequence);

    public Task<StorageFailure?> WhenDurableAsync(long sequence) => _queue.WhenDurableAsync(sequence);

    public async ValueTask DisposeAsync()
    {
        if (_loop is not null) await _loop.StopAsync().ConfigureAwait(false);
        // Last: another server may start as soon as the lock is free.
        _lock.Dispose();
    }
}
