using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Repair;

namespace NexRender.Listener.Storage;

/// <summary>Stores jobs in files: database.js as of the last checkpoint, and a journal of the changes since.</summary>
internal sealed class Database : IServerStorage
{
    private readonly DatabaseFolder _folder;
    private readonly DatabaseLock _lock;
    private readonly DatabaseGuard _guard;
    private readonly StorageOptions _options;
    private readonly StorageLog _log;
    private readonly CommitQueue _queue = new();
    private CommitLoop? _loop;

    private Database(DatabaseFolder folder, DatabaseLock fileLock, StorageOptions options, StorageLog log)
    {
        (_folder, _lock, _options, _log) = (folder, fileLock, options, log);
        _guard = new DatabaseGuard(folder, fileLock, log);
    }

    public ISideFile Farm => new SideFile(_folder, _folder.Paths.Farm, _log);

    public ISideFile Hooks => new SideFile(_folder, _folder.Paths.Hooks, _log);

    public string Location => _folder.Paths.File;

    public StorageFailure? HealthProblem => _queue.Refusal ?? _queue.DiskFull ?? _loop?.Problem;

    public bool IsCheckpointing => _loop?.IsCheckpointing ?? false;

    public long JournalLength => _loop?.JournalLength ?? 0;

    public bool IsStandby => false;

    public string Survives => "a power cut";

    public long DurableSequence => _queue.DurableSequence;

    public long LastSequence => _queue.LastSequence;

    /// <summary>Acquires the exclusive lock on a database; nothing is read yet.</summary>
    /// <param name="path">The path of the database file.</param>
    /// <param name="options">The options.</param>
    /// <param name="info">Receives a log line that needs no action.</param>
    /// <param name="error">Receives a log line about a failure.</param>
    /// <exception cref="StorageException">The path cannot be used, or another server has the database open.</exception>
    public static Database Open(string path, StorageOptions options, Action<string> info, Action<string> error)
    {
        // A write past the limit of the process for files (ulimit -f) then fails with an error; the signal's default is to end the process.
        if (!OperatingSystem.IsWindows()) NativeMethods.Signal(NativeMethods.FileSizeSignal, NativeMethods.Ignore);
        var (paths, log) = (new DatabasePaths(path), new StorageLog(info, error));
        DatabaseFileChecks.Run(paths);
        var fileLock = DatabaseLock.Acquire(paths, options.LockTimeout);
        return new Database(new DatabaseFolder(paths, options.Disk, log), fileLock, options, log);
    }

    public bool TakesDeltas => true;

    public void Recover(IJournaledState state)
    {
        try
        {
            if (_options.Recover) new DatabaseRepair(_folder, _log.Info).Run();
            var recovery = new Recovery(_folder, _log.Info);
            recovery.ReadRemovals(state.LoadRemoval);
            recovery.ReadAnswers(state.Remember);
            recovery.Read(state);
            _queue.StartAfter(recovery.LastSequence);
            _guard.Begin(recovery.Mark);
            var loop = new CommitLoop(_folder, _guard, _options, _queue, state, recovery.OpenJournal(state.Count), _log);
            loop.Start(recovery.HasChanges);
            // Only a loop that runs can be stopped.
            _loop = loop;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageProblem.Other, $"cannot open the database {Location}: {StorageFailure.OneLine(e)}", e);
        }
    }

    public StorageFailure? GetRefusal(bool isNewJob) => _queue.Refusal ?? (isNewJob ? _queue.DiskFull : null);

    public Batch Append(in JournalRecord record, out long sequence) => _queue.Append(record, out sequence);

    public long BeginGroup() => _queue.BeginGroup();

    public bool IsIntact(long group) => _queue.IsIntact(group);

    public void EndGroup(long group) => _queue.EndGroup(group);

    public Task<StorageFailure?> WhenDurableAsync(long sequence) => _queue.WhenDurableAsync(sequence);

    public async ValueTask DisposeAsync()
    {
        if (_loop is not null) await _loop.StopAsync().ConfigureAwait(false);
        if (_loop is null) Release();
        else _loop.WhenFinished(Release);
    }

    private void Release()
    {
        _guard.Dispose();
        // Last: another server may start as soon as the lock is free.
        _lock.Dispose();
    }
}
