using System.Diagnostics;
using NexRender.Listener.Http;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Files.Status;

namespace NexRender.Listener.Storage;

/// <summary>Decides when to checkpoint and writes checkpoints in the background. Used by the writer thread only.</summary>
internal sealed class Checkpointer(
    DatabaseFolder folder, DatabaseGuard guard, StorageOptions options, IJournaledState state, StorageLog log, Action wakeWriter)
{
    // An idle checkpoint may take at most 1/IdleTimeShare of the elapsed time, unless the journal has reached 1/IdleSizeShare of the file.
    private const int IdleTimeShare = 100;
    private const int IdleSizeShare = 16;

    // After a failure the next attempt waits this many times as long as the failed one took, so that a large checkpoint is not written
    // in vain all the time.
    private const int FailureBackoff = 10;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    private long _length = FileStatus.Of(folder.Paths.File)?.Length ?? 0;
    private long _endedAt = Stopwatch.GetTimestamp();
    private long _removalsVersion;
    private long _answersVersion;
    private TimeSpan _duration;
    private Thread? _thread;

    // Shared with the checkpoint thread.
    private volatile bool _isHurried;
    private volatile bool _isCancelled;
    private volatile StorageFailure? _failure;
    private volatile Announcement? _announcement;

    /// <summary>The reason why the last checkpoint failed; <c>null</c> if it succeeded.</summary>
    public StorageFailure? Failure => _failure;

    public bool IsRunning => _thread is { IsAlive: true };

    private DatabasePaths Paths => folder.Paths;

    /// <summary>Returns true if a checkpoint should begin now.</summary>
    /// <param name="journalLength">The length of the journal in bytes, as <see cref="Journal.JournalFile.Weight"/> counts it.</param>
    /// <param name="idleTime">The time since the last change.</param>
    public bool IsDue(long journalLength, TimeSpan idleTime)
    {
        if (IsRunning) return false;
        var sinceLast = Stopwatch.GetElapsedTime(_endedAt);
        if (_failure is not null) return sinceLast >= options.RetryInterval && sinceLast >= _duration * FailureBackoff;
        if (journalLength >= Math.Max(options.MinJournalSize, _length)) return true;
        return idleTime >= options.IdleCheckpointDelay
            && (journalLength >= _length / IdleSizeShare || sinceLast >= _duration * IdleTimeShare);
    }

    /// <summary>Begins a checkpoint in the background. The caller has begun a new journal for the changes from now on.</summary>
    /// <param name="journal">The number of that journal; the checkpoint covers every journal before it.</param>
    public void Begin(int journal)
    {
        (_isCancelled, _isHurried, _announcement) = (false, false, null);
        _thread = new Thread(() => Run(journal)) { IsBackground = true, Name = "checkpoint" };
        _thread.Start();
    }

    /// <summary>Returns the checkpoint that waits for its mark to be in the journal; <c>null</c> if there is none.</summary>
    public Announcement? TakeAnnouncement() => Interlocked.Exchange(ref _announcement, null);

    /// <summary>Waits for a running checkpoint, which stops yielding, and cancels it after a timeout.</summary>
    /// <param name="timeout">The time until it is cancelled.</param>
    /// <param name="grace">The time after that until it is given up.</param>
    /// <param name="serve">Called repeatedly while waiting, to serve what the checkpoint waits for.</param>
    /// <returns>False if it still runs, because the disk does not respond.</returns>
    public bool Finish(TimeSpan timeout, TimeSpan grace, Action serve)
    {
        _isHurried = true;
        if (Wait(timeout, serve)) return true;
        _isCancelled = true;
        return Wait(grace, serve);
    }

    /// <summary>Calls a method once no checkpoint is running: at once, or later if one was given up.</summary>
    public void WhenFinished(Action action)
    {
        if (_thread is not { IsAlive: true } running)
        {
            action();
            return;
        }
        var waiting = new Thread(() =>
        {
            running.Join();
            action();
        });
        waiting.IsBackground = true;
        waiting.Start();
    }

    /// <summary>Writes a checkpoint on the calling thread.</summary>
    /// <param name="timeout">The longest time that writing may take.</param>
    /// <param name="announce">Makes the mark durable in the journal.</param>
    /// <exception cref="IOException">A step failed.</exception>
    /// <exception cref="OperationCanceledException">The timeout has passed.</exception>
    public void WriteNow(TimeSpan timeout, Action<CheckpointMark> announce)
    {
        var started = Stopwatch.GetTimestamp();
        var snapshot = state.TakeSnapshot();
        Measure(() => Publish(snapshot, announce, () =>
        {
            if (Stopwatch.GetElapsedTime(started) > timeout) throw new OperationCanceledException();
        }));
    }

    /// <summary>Makes the remembered removals durable if they have changed since they were last.</summary>
    public void PublishRemovals(in Snapshot snapshot)
    {
        if (snapshot.RemovalsVersion == _removalsVersion) return;
        folder.Publish(Paths.Removed, [.. snapshot.Removals()]);
        _removalsVersion = snapshot.RemovalsVersion;
    }

    /// <summary>Makes the remembered answers durable if they have changed since they were last.</summary>
    public void PublishAnswers(in Snapshot snapshot)
    {
        if (snapshot.AnswersVersion == _answersVersion) return;
        folder.Publish(Paths.Answers, [.. snapshot.Answers()]);
        _answersVersion = snapshot.AnswersVersion;
    }

    /// <summary>Records that a checkpoint failed or could not begin; it is retried later.</summary>
    public void Fail(Exception e)
    {
        if (_failure is null)
            log.Error($"cannot write a checkpoint of {Paths.File}: {StorageFailure.OneLine(e)}; still journaling, will retry");
        _failure = StorageFailure.From(e);
        _endedAt = Stopwatch.GetTimestamp();
    }

    /// <summary>Records that a checkpoint of this length was written by other means.</summary>
    public void Succeed(long length) => (_failure, _length, _endedAt) = (null, length, Stopwatch.GetTimestamp());

    private void Run(int journal)
    {
        try
        {
            Measure(() =>
            {
                Publish(state.TakeSnapshot(), Announce, Yield);
                // Only now does the file hold what the journals before this one hold.
                folder.Delete(Paths.FindJournals().Where(number => number < journal).Select(Paths.Journal));
            });
        }
        catch (OperationCanceledException)
        {
            // Nothing is lost: the journals are still there, and the next start replays them.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Measure(Action write)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            write();
            _failure = null;
        }
        finally
        {
            _duration = Stopwatch.GetElapsedTime(started);
            _endedAt = Stopwatch.GetTimestamp();
        }
    }

    private void Publish(Snapshot snapshot, Action<CheckpointMark> announce, Action yield)
    {
        // Before the checkpoint: a removal that is in the checkpoint only (as a missing job) would be forgotten by a crash in between.
        PublishRemovals(snapshot);
        var mark = folder.Publish(Paths.File, snapshot.Jobs, yield, mark =>
        {
            WaitUntilDurable(snapshot, yield);
            // Not before: an answer to a submission that is rolled back must not be given again.
            PublishAnswers(snapshot);
            // The journal must know the mark before the file has it, else a start after a crash would take the file for a foreign one.
            announce(mark);
            guard.Announce(Paths.Temporary, mark);
        });
        _length = mark.Length;
    }

    // The snapshot may hold changes that were not durable when it was taken. If one of them is rolled back, the checkpoint must not be
    // published: it would bring back at the next start what a client was told had failed.
    private static void WaitUntilDurable(Snapshot snapshot, Action yield)
    {
        while (!snapshot.Durable.Wait(PollInterval)) yield();
        if (snapshot.Durable.Result is { } failure) throw new IOException(failure.Reason);
    }

    // Only the writer thread writes to the journal.
    private void Announce(CheckpointMark mark)
    {
        var announcement = new Announcement(mark);
        _announcement = announcement;
        wakeWriter();
        while (!announcement.Written.Wait(PollInterval)) Yield();
        if (announcement.Written.Result is { } failure) throw new IOException(failure.Reason);
    }

    private bool Wait(TimeSpan timeout, Action serve)
    {
        for (var started = Stopwatch.GetTimestamp(); _thread is { IsAlive: true }; serve())
        {
            if (_thread.Join(PollInterval)) return true;
            if (Stopwatch.GetElapsedTime(started) > timeout) return false;
        }
        return true;
    }

    // Called after each slice of a megabyte: the pause leaves the disk and the processor to the requests.
    private void Yield()
    {
        if (_isCancelled) throw new OperationCanceledException();
        if (!_isHurried) Thread.Sleep(1);
    }
}
