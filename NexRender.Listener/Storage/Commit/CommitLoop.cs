using System.Diagnostics;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Files.Status;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Commit;

/// <summary>
/// The writer thread of a database: takes what is queued, writes it to the journal, syncs once, checks that the files still have their
/// names, acknowledges, and between two batches does the maintenance. Changes queued during a sync share the next one.
/// </summary>
internal sealed class CommitLoop
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    // A cancelled checkpoint notices it after its next slice; one that does not is stuck in the disk.
    private static readonly TimeSpan CancellationTime = TimeSpan.FromSeconds(2), FinalGrace = TimeSpan.FromMilliseconds(100);

    private readonly DatabaseFolder _folder;
    private readonly DatabaseGuard _guard;
    private readonly StorageOptions _options;
    private readonly CommitQueue _queue;
    private readonly IJournaledState _state;
    private readonly Checkpointer _checkpointer;
    private readonly JournalWriter _writer;
    private readonly DiskReserve _reserve;
    private readonly StallMonitor _stall;
    private readonly StorageLog _log;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Used by the writer thread only.
    private bool _hasChanges;
    private bool _isBroken;
    private long _lastCommit;
    private long _lastRetry;

    public CommitLoop(
        DatabaseFolder folder, DatabaseGuard guard, StorageOptions options, CommitQueue queue, IJournaledState state, JournalFile journal,
        StorageLog log)
    {
        (_folder, _guard, _options, _queue, _state, _log) = (folder, guard, options, queue, state, log);
        _checkpointer = new Checkpointer(folder, guard, options, state, log, queue.Wake);
        _stall = new StallMonitor(folder.Paths.File, options.StallTimeout);
        _reserve = new DiskReserve(folder, options, queue, log);
        _writer = new JournalWriter(folder, queue, _reserve, state, journal, log, options.Synced);
    }

    /// <summary>The reason why the disk or the last checkpoint is a problem; <c>null</c> if neither is.</summary>
    public StorageFailure? Problem => _stall.Problem ?? _checkpointer.Failure;

    /// <summary>True while a checkpoint is written.</summary>
    public bool IsCheckpointing => _checkpointer.IsRunning;

    /// <summary>The length of the present journal in bytes.</summary>
    public long JournalLength => _writer.Journal.Length;

    private DatabasePaths Paths => _folder.Paths;

    // With nothing left to do the thread waits for the next change instead of polling.
    private bool IsIdle =>
        !_hasChanges && !_isBroken && _queue.DiskFull is null && _checkpointer is { IsRunning: false, Failure: null };

    /// <summary>Begins to write.</summary>
    /// <param name="hasChanges">True if the state differs from the checkpoint.</param>
    public void Start(bool hasChanges)
    {
        _hasChanges = hasChanges;
        _reserve.TryTake();
        _lastCommit = Stopwatch.GetTimestamp();
        new Thread(Run) { IsBackground = true, Name = "journal" }.Start();
    }

    /// <summary>Refuses further changes, writes what is queued and a final checkpoint if there is time, and closes the journal.</summary>
    public Task StopAsync()
    {
        // Under the lock under which changes are checked and appended: each of them is either refused or in the queue before it stops.
        lock (_state.Lock)
        {
            _queue.Stop();
            _queue.Refuse(new StorageFailure("the server is stopping", IsDiskFull: false));
        }
        return _stopped.Task;
    }

    /// <summary>Calls a method once nothing writes to the files any more; the loop has been stopped.</summary>
    public void WhenFinished(Action action) => _checkpointer.WhenFinished(action);

    private void Run()
    {
        while (true)
        {
            var batch = _queue.Take(IsIdle ? Timeout.InfiniteTimeSpan : PollInterval, _writer.LastSync);
            _stall.Begin();
            if (batch is not null) Commit(batch);
            else if (_queue.IsStopping) break;
            ServeAnnouncement();
            if (_isBroken) Retry(TryRecover);
            else RunMaintenance();
            if (_stall.End() is { } stall) _log.Error(stall);
        }
        WriteFinalCheckpoint();
        _writer.Dispose();
        _stopped.SetResult();
    }

    private void Commit(Batch batch)
    {
        try
        {
            _writer.Write(batch);
        }
        catch (Exception e)
        {
            // After a failed write the tail can be truncated, and the journal stays in use. On a full disk that is all: other changes
            // than new jobs may fit. Any other error makes the file suspect.
            Fail(e, isTrusted: _writer.TryTruncateTail() && StorageFailure.From(e).IsDiskFull);
            return;
        }
        try
        {
            _writer.Sync();
        }
        catch (Exception e)
        {
            // After a failed fsync the content on the disk is unknown, and the kernel reports the error only once: a second fsync would
            // succeed without the data. So this file is never appended to again; a checkpoint and a new journal replace it.
            _writer.TryTruncateTail();
            Fail(e, isTrusted: false);
            return;
        }
        // After the sync: what happens to the files from now on happens to a change that was durable.
        if (_guard.FindProblem(_writer.Journal) is { } problem && !TryRestore(problem)) return;
        _lastCommit = Stopwatch.GetTimestamp();
        _hasChanges = true;
        _queue.Succeed();
    }

    // Rewrites everything, the batch included, instead of refusing it.
    private bool TryRestore(string problem)
    {
        _log.Error($"{problem} while the server was running; writing the database again");
        try
        {
            Reset();
            _log.Info($"{Paths.File} and its journal are complete again");
            return true;
        }
        catch (Exception e)
        {
            Fail(new IOException($"{problem}, and the database cannot be written again: {StorageFailure.OneLine(e)}", e), isTrusted: false);
            return false;
        }
    }

    private void Fail(Exception e, bool isTrusted)
    {
        var failure = StorageFailure.From(e);
        _lastRetry = Stopwatch.GetTimestamp();
        _isBroken = !isTrusted;
        if (_queue.DiskFull is null || !isTrusted)
            _log.Error($"cannot write to {_writer.Journal.Path}: {failure.Reason}; changes are refused until writing works again");
        _queue.Fail(_state, failure, refusesChanges: !isTrusted);
    }

    private void ServeAnnouncement()
    {
        if (_checkpointer.TakeAnnouncement() is not { } announcement) return;
        if (_isBroken)
        {
            announcement.Complete(new StorageFailure("the journal cannot be written", IsDiskFull: false));
            return;
        }
        try
        {
            _writer.Announce(announcement.Mark);
            announcement.Complete(null);
        }
        catch (Exception e)
        {
            // Whether it was the write or the sync, the next commit or reset finds out what it means for the journal.
            if (!_writer.TryTruncateTail() || !StorageFailure.From(e).IsDiskFull) Fail(e, isTrusted: false);
            announcement.Complete(StorageFailure.From(e));
        }
    }

    private void RunMaintenance()
    {
        if (_queue.DiskFull is not null) Retry(_reserve.TryLeaveFullDisk);
        // The space that is left on a full disk is for the journal.
        if (_queue.DiskFull is not null) return;
        if ((!_hasChanges && _checkpointer.Failure is null) || _queue.HasGroups) return;
        var isDue = _checkpointer.IsDue(_writer.Journal.Weight, Stopwatch.GetElapsedTime(_lastCommit));
        if (!isDue && (!_writer.HasReachedLimit || _checkpointer.IsRunning || _checkpointer.Failure is not null)) return;
        // If there is an older journal, the previous checkpoint failed: keep appending to this one, and the next checkpoint covers both.
        if (!JournalReset.Before(Paths, _writer.Journal.Number).Any() && !TryRotate()) return;
        (_hasChanges, _writer.HasReachedLimit) = (false, false);
        _checkpointer.Begin(_writer.Journal.Number);
    }

    private bool TryRotate()
    {
        try
        {
            _writer.Rotate();
            return true;
        }
        catch (Exception e)
        {
            _checkpointer.Fail(e);
            return false;
        }
    }

    /// <summary>Replaces all files by a checkpoint of the state, with what is queued, and an empty journal.</summary>
    private void Reset()
    {
        if (!_checkpointer.Finish(TimeSpan.Zero, CancellationTime, ServeAnnouncement))
            throw new IOException("a checkpoint is still being written");
        _guard.PrepareFolder();
        Snapshot snapshot;
        long last;
        lock (_state.Lock)
        {
            _queue.TakeRest();
            // Behind the numbers of all changes, so that none is used twice after a restart.
            (snapshot, last) = (_state.TakeSnapshot(), Math.Max(_writer.Journal.LastSequence, _queue.LastSequence));
        }
        _checkpointer.PublishRemovals(snapshot);
        _checkpointer.PublishAnswers(snapshot);
        _writer.SwitchTo(JournalReset.Run(_folder, snapshot.Jobs, last + 1, _guard.Announce));
        _hasChanges = false;
        _checkpointer.Succeed(FileStatus.Of(Paths.File)?.Length ?? 0);
        try
        {
            _folder.Delete(JournalReset.Before(Paths, _writer.Journal.Number));
        }
        catch (Exception e)
        {
            // A start ignores them. The next checkpoint deletes them.
            _checkpointer.Fail(e);
        }
    }

    private void TryRecover()
    {
        try
        {
            Reset();
        }
        catch (Exception e)
        {
            if (!_queue.IsStopping) _queue.Refuse(StorageFailure.From(e));
            return;
        }
        _isBroken = false;
        _queue.Succeed();
        lock (_state.Lock)
        {
            if (!_queue.IsStopping) _queue.Refuse(null);
        }
        _log.Info($"the disk of {Paths.File} works again; changes are accepted");
    }

    /// <summary>Leaves only database.js if there is time for a checkpoint; otherwise the journals stay for the next start.</summary>
    private void WriteFinalCheckpoint()
    {
        const string replay = "the journal will be replayed at the next start";
        var started = Stopwatch.GetTimestamp();
        var isFinished = _checkpointer.Finish(_options.FinalCheckpointTimeout, FinalGrace, ServeAnnouncement);
        try
        {
            if (_isBroken || !isFinished) throw new IOException(_isBroken ? "the journal cannot be written" : "the disk does not respond");
            if (_guard.FindProblem(_writer.Journal) is not null) Reset();
            else if (_hasChanges || _checkpointer.Failure is not null || JournalReset.Before(Paths, _writer.Journal.Number).Any())
                _checkpointer.WriteNow(_options.FinalCheckpointTimeout - Stopwatch.GetElapsedTime(started), _writer.Announce);
            // Windows does not delete a file that is open.
            _writer.Dispose();
            _folder.Delete([.. Paths.FindJournals().Select(Paths.Journal), Paths.Reserve]);
            _folder.Sync();
        }
        catch (OperationCanceledException)
        {
            _log.Info($"final checkpoint of {Paths.File} skipped (timeout); {replay}");
        }
        catch (Exception e)
        {
            _log.Error($"cannot write the final checkpoint of {Paths.File}: {StorageFailure.OneLine(e)}; {replay}");
        }
    }

    private void Retry(Action action)
    {
        if (Stopwatch.GetElapsedTime(_lastRetry) < _options.RetryInterval) return;
        action();
        _lastRetry = Stopwatch.GetTimestamp();
    }
}
