using System.Diagnostics;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage;

/// <summary>
/// The writer thread of a database: takes what is queued, writes it to the journal, syncs once, acknowledges, and between two batches does
/// the maintenance. Changes that are queued during a sync share the next write and the next sync.
/// </summary>
internal sealed class CommitLoop
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly DatabaseFolder _folder;
    private readonly StorageOptions _options;
    private readonly CommitQueue _queue;
    private readonly IJournaledState _state;
    private readonly Checkpointer _checkpointer;
    private readonly DiskReserve _reserve;
    private readonly StorageLog _log;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Used by the writer thread only.
    private JournalFile _journal;
    private long _checkpointedLength;
    private bool _isBroken;
    private long _lastCommit;
    private long _lastRetry;

    public CommitLoop(
        DatabaseFolder folder, StorageOptions options, CommitQueue queue, IJournaledState state, Checkpointer checkpointer,
        JournalFile journal, StorageLog log)
    {
        (_folder, _options, _queue, _state, _checkpointer, _journal, _log) = (folder, options, queue, state, checkpointer, journal, log);
        _reserve = new DiskReserve(folder, options, queue, log);
    }

    /// <summary>True if changes were replayed from a journal, which are in no checkpoint yet.</summary>
    public required bool HasReplayed { get; init; }

    public StorageFailure? CheckpointFailure => _checkpointer.Failure;

    private DatabasePaths Paths => _folder.Paths;

    // With nothing left to do the thread waits for the next change instead of polling.
    private bool IsIdle =>
        _journal.Length == _checkpointedLength && !_isBroken && _queue.DiskFull is null
        && _checkpointer is { IsRunning: false, Failure: null };

    /// <summary>Begins to write.</summary>
    public void Start()
    {
        _checkpointedLength = HasReplayed ? 0 : _journal.Length;
        _reserve.TryTake();
        _lastCommit = Stopwatch.GetTimestamp();
        new Thread(Run) { IsBackground = true, Name = "journal" }.Start();
    }

    /// <summary>Refuses further changes, writes what is queued and a final checkpoint if there is time, and closes the journal.</summary>
    public Task StopAsync()
    {
        _queue.Refuse(new StorageFailure("the server is stopping", IsDiskFull: false));
        // A change that passed the check before the refusal is appended under this lock, so it is in the queue before the queue stops.
        lock (_state.Lock) _queue.Stop();
        return _stopped.Task;
    }

    private void Run()
    {
        while (true)
        {
            var batch = _queue.Take(IsIdle ? Timeout.InfiniteTimeSpan : PollInterval);
            if (batch is not null) Commit(batch);
            else if (_queue.IsStopping) break;
            if (_isBroken) Retry(TryReset);
            else RunMaintenance();
        }
        WriteFinalCheckpoint();
        _journal.Dispose();
        _stopped.SetResult();
    }

    private void Commit(Batch batch)
    {
        try
        {
            WriteUsingReserve(batch);
        }
        catch (Exception e)
        {
            // After a failed write the tail can be truncated, and the journal stays in use. On a full disk that is all: other changes
            // than new jobs may fit. Any other error makes the file suspect.
            Fail(e, TryTruncateTail() && StorageFailure.From(e).IsDiskFull);
            return;
        }
        try
        {
            _journal.Sync();
        }
        catch (Exception e)
        {
            // After a failed fsync the content on the disk is unknown, and the kernel reports the error only once: a second fsync would
            // succeed without the data. So this file is never appended to again; a checkpoint and a new journal replace it.
            TryTruncateTail();
            Fail(e, isTrusted: false);
            return;
        }
        _lastCommit = Stopwatch.GetTimestamp();
        _queue.Succeed();
    }

    private void WriteUsingReserve(Batch batch)
    {
        try
        {
            // On a full disk the space for zeros written ahead is better used by records.
            _journal.Write(batch.Records, writesAhead: _queue.DiskFull is null);
        }
        catch (Exception e) when (StorageFailure.From(e) is { IsDiskFull: true } failure && _reserve.TryRelease(failure))
        {
            _journal.Write(batch.Records, writesAhead: false);
        }
    }

    private void Fail(Exception e, bool isTrusted)
    {
        var failure = StorageFailure.From(e);
        _lastRetry = Stopwatch.GetTimestamp();
        _isBroken = !isTrusted;
        if (_queue.DiskFull is null || !isTrusted)
            _log.Error($"cannot write to {_journal.Path}: {failure.Reason}; changes are refused until writing works again");
        _queue.Fail(_state, failure, refusesChanges: !isTrusted);
    }

    private bool TryTruncateTail()
    {
        try
        {
            _journal.TruncateTail();
            return true;
        }
        catch (Exception e)
        {
            _log.Error($"cannot truncate {_journal.Path} to its last valid record: {StorageFailure.OneLine(e)}");
            return false;
        }
    }

    private void RunMaintenance()
    {
        if (_queue.DiskFull is not null) Retry(_reserve.TryLeaveFullDisk);
        // The space that is left on a full disk is for the journal.
        if (_queue.DiskFull is not null) return;
        if (_journal.Length == _checkpointedLength && _checkpointer.Failure is null) return;
        if (!_checkpointer.IsDue(_journal.Length, Stopwatch.GetElapsedTime(_lastCommit))) return;
        // If the old journal still exists, the previous checkpoint failed: keep appending to this one, and the next checkpoint covers both.
        if (!File.Exists(Paths.OldJournal) && !TryRotate()) return;
        _checkpointedLength = _journal.Length;
        _checkpointer.Begin();
    }

    /// <summary>Begins a new journal, so that the present one can be deleted once the next checkpoint covers it.</summary>
    private bool TryRotate()
    {
        JournalFile? next = null;
        try
        {
            next = JournalFile.Create(_folder.Disk, Paths.NewJournal, _journal.LastSequence + 1, _state.Count);
            _folder.Disk.Replace(Paths.Journal, Paths.OldJournal);
        }
        catch (Exception e)
        {
            // The present journal still has its name: nothing has happened.
            next?.Dispose();
            _checkpointer.Fail(e);
            return false;
        }
        try
        {
            SwitchJournal(next);
            return true;
        }
        catch (Exception e)
        {
            // After the first rename, neither name is certain to hold the present journal after a crash.
            next.Dispose();
            Fail(e, isTrusted: false);
            return false;
        }
    }

    private void SwitchJournal(JournalFile next)
    {
        _folder.Promote(Paths.NewJournal, Paths.Journal);
        _journal.Dispose();
        _journal = next;
        next.Path = Paths.Journal;
    }

    /// <summary>Replaces a journal that is not trusted any more: a checkpoint of what is durable, then a new journal.</summary>
    private void TryReset()
    {
        try
        {
            _checkpointer.Finish(TimeSpan.Zero);
            // Changes are refused and the failed ones rolled back, so the state is exactly what was acknowledged.
            _checkpointer.WriteNow(TimeSpan.MaxValue);
            SwitchJournal(JournalFile.Create(_folder.Disk, Paths.NewJournal, _journal.LastSequence + 1, _state.Count));
        }
        catch (Exception e)
        {
            _queue.Refuse(StorageFailure.From(e));
            return;
        }
        _checkpointedLength = _journal.Length;
        _isBroken = false;
        if (!_queue.IsStopping) _queue.Refuse(null);
        _log.Info($"the disk of {Paths.File} works again; changes are accepted");
    }

    /// <summary>Leaves only database.js if there is time for a checkpoint; otherwise the journal stays for the next start.</summary>
    private void WriteFinalCheckpoint()
    {
        var started = Stopwatch.GetTimestamp();
        _checkpointer.Finish(_options.FinalCheckpointTimeout);
        if (_isBroken) return;
        try
        {
            if (_journal.Length != _checkpointedLength || File.Exists(Paths.OldJournal))
                _checkpointer.WriteNow(_options.FinalCheckpointTimeout - Stopwatch.GetElapsedTime(started));
            _folder.Delete(Paths.Journal, Paths.Reserve);
            _folder.Sync();
        }
        catch (OperationCanceledException)
        {
            _log.Info($"final checkpoint skipped (timeout); {Paths.Journal} will be replayed at the next start");
        }
        catch (Exception e)
        {
            _log.Error(
                $"cannot write the final checkpoint of {Paths.File}: {StorageFailure.OneLine(e)}; "
                + "the journal will be replayed at the next start");
        }
    }

    private void Retry(Action action)
    {
        if (Stopwatch.GetElapsedTime(_lastRetry) < _options.RetryInterval) return;
        action();
        _lastRetry = Stopwatch.GetTimestamp();
    }
}
