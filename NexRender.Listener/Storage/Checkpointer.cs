using System.Diagnostics;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage;

/// <summary>Decides when to checkpoint and writes checkpoints in the background. Used by the writer thread only.</summary>
internal sealed class Checkpointer(DatabaseFolder folder, StorageOptions options, IJournaledState state, StorageLog log)
{
    // An idle checkpoint may take at most 1/IdleTimeShare of the elapsed time, unless the journal has reached 1/IdleSizeShare of the file.
    private const int IdleTimeShare = 100;
    private const int IdleSizeShare = 16;

    // After a failure the next attempt waits this many times as long as the failed one took, so that a large checkpoint is not written
    // in vain all the time.
    private const int FailureBackoff = 10;

    private long _length = new FileInfo(folder.Paths.File).Length;
    private long _endedAt = Stopwatch.GetTimestamp();
    private long _removalsVersion;
    private TimeSpan _duration;
    private Thread? _thread;

    // Shared with the checkpoint thread.
    private volatile bool _isHurried;
    private volatile bool _isCancelled;
    private volatile StorageFailure? _failure;

    /// <summary>The reason why the last checkpoint failed; <c>null</c> if it succeeded.</summary>
    public StorageFailure? Failure => _failure;

    public bool IsRunning => _thread is { IsAlive: true };

    private DatabasePaths Paths => folder.Paths;

    /// <summary>Returns true if a checkpoint should begin now.</summary>
    /// <param name="journalLength">The length of the journal in bytes.</param>
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
    public void Begin()
    {
        (_isCancelled, _isHurried) = (false, false);
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoint" };
        _thread.Start();
    }

    /// <summary>Waits for a running checkpoint, which stops yielding, and cancels it after a timeout.</summary>
    public void Finish(TimeSpan timeout)
    {
        if (_thread is null) return;
        _isHurried = true;
        if (_thread.Join(timeout)) return;
        _isCancelled = true;
        _thread.Join();
    }

    /// <summary>Writes a checkpoint on the calling thread.</summary>
    /// <param name="timeout">The longest time that writing may take.</param>
    /// <exception cref="IOException">A step failed.</exception>
    /// <exception cref="OperationCanceledException">The timeout has passed.</exception>
    public void WriteNow(TimeSpan timeout)
    {
        var started = Stopwatch.GetTimestamp();
        Write(() =>
        {
            if (Stopwatch.GetElapsedTime(started) > timeout) throw new OperationCanceledException();
        });
    }

    /// <summary>Records that a checkpoint failed or could not begin; it is retried later.</summary>
    public void Fail(Exception e)
    {
        if (_failure is null)
            log.Error($"cannot write a checkpoint of {Paths.File}: {StorageFailure.OneLine(e)}; still journaling, will retry");
        _failure = StorageFailure.From(e);
        _endedAt = Stopwatch.GetTimestamp();
    }

    private void Run()
    {
        try
        {
            Write(Yield);
        }
        catch (OperationCanceledException)
        {
            // Nothing is lost: both journals are still there, and the next start replays them.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Write(Action yield)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var snapshot = state.TakeSnapshot();
            // Before the checkpoint: a removal that is in the checkpoint only (as a missing job) would be forgotten by a crash in between.
            PublishRemovals(snapshot);
            _length = folder.Publish(Paths.File, snapshot.Jobs, yield, () => WaitUntilDurable(snapshot));
            // Only now does the file hold what the old journal holds.
            if (File.Exists(Paths.OldJournal)) folder.Delete(Paths.OldJournal);
            _failure = null;
        }
        finally
        {
            _duration = Stopwatch.GetElapsedTime(started);
            _endedAt = Stopwatch.GetTimestamp();
        }
    }

    // The snapshot may hold changes that were not durable when it was taken. If one of them is rolled back, the checkpoint must not be
    // published: it would bring back at the next start what a client was told had failed.
    private static void WaitUntilDurable(Snapshot snapshot)
    {
        if (snapshot.Durable.GetAwaiter().GetResult() is { } failure) throw new IOException(failure.Reason);
    }

    private void PublishRemovals(Snapshot snapshot)
    {
        if (snapshot.RemovalsVersion == _removalsVersion) return;
        folder.Publish(Paths.Removed, snapshot.Removals());
        _removalsVersion = snapshot.RemovalsVersion;
    }

    // Called after each slice of a megabyte: the pause leaves the disk and the processor to the requests.
    private void Yield()
    {
        if (_isCancelled) throw new OperationCanceledException();
        if (!_isHurried) Thread.Sleep(1);
    }
}
