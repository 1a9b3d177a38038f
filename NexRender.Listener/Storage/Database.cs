using System.Diagnostics;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Repair;

namespace NexRender.Listener.Storage;

/// <summary>
/// The jobs on the disk: database.js as of the last checkpoint, and a journal of what came after it. One thread writes; whatever has been
/// queued while it wrote goes out in the next write and the next flush.
/// </summary>
internal sealed class Database : IJobStorage
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly DatabasePaths _paths;
    private readonly StorageOptions _options;
    private readonly Disk _disk;
    private readonly DatabaseLock _lock;
    private readonly Action<string> _report;
    private readonly Action<string> _reportError;
    private readonly CommitQueue _queue = new();
    private readonly DiskReserve _reserve;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The writer thread alone, once it runs.
    private IJournaledState _state = null!;
    private Checkpointer _checkpointer = null!;
    private JournalFile _journal = null!;
    private long _checkpointedLength;
    private bool _isBroken;
    private long _lastCommit;
    private long _lastRetry;

    private Database(DatabasePaths paths, StorageOptions options, DatabaseLock fileLock, Action<string> report, Action<string> reportError)
    {
        (_paths, _options, _disk, _lock, _report, _reportError) = (paths, options, options.Disk, fileLock, report, reportError);
        _reserve = new DiskReserve(paths, options, _queue, report, reportError);
    }

    public string Location => _paths.File;

    /// <summary>Why the database is not fit for changes at present, if so.</summary>
    public StorageFailure? HealthProblem => _queue.Refusal ?? _queue.Full ?? _checkpointer.Failure;

    public long DurableSequence => _queue.DurableSequence;

    public long LastSequence => _queue.LastSequence;

    /// <summary>Takes hold of a database, which nobody else can open from then on.</summary>
    /// <exception cref="StorageException">It is held by another server, or cannot be written.</exception>
    public static Database Open(string path, StorageOptions options, Action<string> report, Action<string> reportError)
    {
        var paths = new DatabasePaths(path);
        return new Database(paths, options, new DatabaseLock(paths), report, reportError);
    }

    public void Recover(IJournaledState state)
    {
        _state = state;
        try
        {
            if (_options.Recover) new DatabaseRepair(_paths, _disk, _report).Run();
            var recovery = new Recovery(_paths, _disk, _report);
            recovery.ReadRemovals(state.LoadRemoval);
            recovery.Read(state);
            _queue.StartAfter(recovery.LastSequence);
            _checkpointer = new Checkpointer(_paths, _options, state, _reportError);
            _journal = recovery.OpenJournal(state.Count);
            // What was replayed is in no checkpoint yet: the next quiet moment writes it into one.
            _checkpointedLength = recovery.Replayed > 0 ? 0 : _journal.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.Other, $"cannot open the database {_paths.File}: {e.Message}", e);
        }
        _reserve.TryTake();
        _lastCommit = Stopwatch.GetTimestamp();
        new Thread(Run) { IsBackground = true, Name = "journal" }.Start();
    }

    /// <summary>Why a change cannot be accepted at present; <c>null</c> when it can.</summary>
    public StorageFailure? GetRefusal(bool isNewJob) => _queue.Refusal ?? (isNewJob ? _queue.Full : null);

    /// <summary>Queues a change, in the order of the calls; the batch says when it is on the disk.</summary>
    public Batch Append(in JournalRecord record, out long sequence) => _queue.Append(record, out sequence);

    /// <summary>Completes when a change is on the disk, with <c>null</c>, or was taken back, with the reason.</summary>
    public Task<StorageFailure?> WhenDurableAsync(long sequence) => _queue.WhenDurable(sequence);

    /// <summary>Writes what is queued and a last checkpoint, then lets go of the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_journal is not null)
        {
            _queue.Refuse(new StorageFailure("the server is stopping", DiskFull: false));
            // Nothing is undone; but no change can slip in between the refusal and the stop.
            lock (_state.Lock) _queue.Stop();
            await _stopped.Task.ConfigureAwait(false);
        }
        _lock.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var batch = _queue.Take(IsAtRest ? Timeout.InfiniteTimeSpan : Poll);
            if (batch is not null) Commit(batch);
            else if (_queue.IsStopping) break;
            if (_isBroken) Retry(TryStartAfresh);
            else Tend();
        }
        Rest();
        _journal.Dispose();
        _stopped.SetResult();
    }

    private bool IsAtRest =>
        _journal.Length == _checkpointedLength && !_isBroken && _queue.Full is null && _checkpointer is { IsRunning: false, Failure: null };

    private void Commit(Batch batch)
    {
        try
        {
            WriteUsingReserve(batch);
        }
        catch (Exception e)
        {
            Fail(e, TryCutBack() && StorageFailure.From(e).DiskFull);
            return;
        }
        try
        {
            _journal.Flush();
        }
        catch (Exception e)
        {
            // What a failed flush has left on the disk nobody knows, and the system forgets that it failed: this file is not written again.
            TryCutBack();
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
            _journal.Write(batch.Records, writesAhead: _queue.Full is null);
        }
        catch (Exception e) when (StorageFailure.From(e) is { DiskFull: true } failure && _reserve.TryGiveBack(failure))
        {
            _journal.Write(batch.Records, writesAhead: false);
        }
    }

    private void Fail(Exception e, bool isTrusted)
    {
        var failure = StorageFailure.From(e);
        _lastRetry = Stopwatch.GetTimestamp();
        _isBroken = !isTrusted;
        if (_queue.Full is null || !isTrusted) _reportError($"cannot write to {_journal.Path}: {failure.Reason}; changes are refused until that works again");
        _queue.Fail(_state, failure, refuse: !isTrusted);
    }

    private bool TryCutBack()
    {
        try
        {
            _journal.CutBack();
            return true;
        }
        catch (Exception e)
        {
            _reportError($"cannot cut {_journal.Path} back to its last good length: {e.Message}");
            return false;
        }
    }

    private void Tend()
    {
        if (_queue.Full is not null) Retry(_reserve.TryLeaveFullDisk);
        // What room is left on a full disk is for the journal.
        if (_queue.Full is not null) return;
        if (_journal.Length == _checkpointedLength && _checkpointer.Failure is null) return;
        if (!_checkpointer.IsDue(_journal.Length, Stopwatch.GetElapsedTime(_lastCommit))) return;
        // With an old journal still there, the last checkpoint failed; the journal goes on, and the next covers both.
        if (!File.Exists(_paths.OldJournal) && !TryRotate()) return;
        _checkpointedLength = _journal.Length;
        _checkpointer.Begin();
    }

    /// <summary>Begins a new journal, so that the present one can go once the next checkpoint holds what it holds.</summary>
    private bool TryRotate()
    {
        JournalFile? next = null;
        try
        {
            next = JournalFile.Create(_disk, _paths.NewJournal, _journal.LastSequence + 1, _state.Count);
            _disk.Replace(_paths.Journal, _paths.OldJournal);
        }
        catch (Exception e)
        {
            next?.Dispose();
            _checkpointer.Fail(e);
            return false;
        }
        try
        {
            MoveIn(next);
            return true;
        }
        catch (Exception e)
        {
            // Neither name can be trusted to hold the present journal now.
            next.Dispose();
            Fail(e, isTrusted: false);
            return false;
        }
    }

    private void MoveIn(JournalFile next)
    {
        _disk.Replace(_paths.NewJournal, _paths.Journal);
        _disk.FlushFolder(_paths.Folder);
        _journal.Dispose();
        _journal = next;
        next.Path = _paths.Journal;
    }

    private void TryStartAfresh()
    {
        try
        {
            _checkpointer.Finish(TimeSpan.Zero);
            _checkpointer.WriteNow(TimeSpan.MaxValue);
            MoveIn(JournalFile.Create(_disk, _paths.NewJournal, _journal.LastSequence + 1, _state.Count));
        }
        catch (Exception e)
        {
            _queue.Refuse(StorageFailure.From(e));
            return;
        }
        _checkpointedLength = _journal.Length;
        _isBroken = false;
        if (!_queue.IsStopping) _queue.Refuse(null);
        _report($"the disk of {_paths.File} works again; changes are accepted");
    }

    /// <summary>Leaves database.js as the whole truth, where the time allows; else the journal stays for the next start.</summary>
    private void Rest()
    {
        var started = Stopwatch.GetTimestamp();
        _checkpointer.Finish(_options.LastCheckpoint);
        if (_isBroken) return;
        try
        {
            if (_journal.Length != _checkpointedLength || File.Exists(_paths.OldJournal))
                _checkpointer.WriteNow(_options.LastCheckpoint - Stopwatch.GetElapsedTime(started));
            _disk.Delete(_paths.Journal);
            _disk.Delete(_paths.Reserve);
            _disk.FlushFolder(_paths.Folder);
        }
        catch (OperationCanceledException)
        {
            _report($"left the last changes in {_paths.Journal}; the next start takes them from there");
        }
        catch (Exception e)
        {
            _reportError($"cannot bring {_paths.File} to rest: {e.Message} The next start goes on from the journal.");
        }
    }

    private void Retry(Action action)
    {
        if (Stopwatch.GetElapsedTime(_lastRetry) < _options.Retry) return;
        action();
        _lastRetry = Stopwatch.GetTimestamp();
    }
}
