using System.Diagnostics;
using NexRender.Listener.Storage.Files;

namespace NexRender.Listener.Storage;

/// <summary>Decides when the whole list is written anew, and writes it beside the requests. Its methods are called by the writer thread alone.</summary>
internal sealed class Checkpointer(DatabasePaths paths, StorageOptions options, IJournaledState state, Action<string> reportError)
{
    // A checkpoint for the sake of rest takes at most this part of the time, or waits until this part of the file is new.
    private const int RestTime = 100;
    private const int RestSize = 16;
    private const int FailureTime = 10;

    private readonly Disk _disk = options.Disk;
    private long _length = new FileInfo(paths.File).Length;
    private long _endedAt = Stopwatch.GetTimestamp();
    private long _removalsVersion;
    private TimeSpan _duration;
    private Thread? _thread;
    private volatile bool _hurry;
    private volatile bool _cancelled;
    private volatile StorageFailure? _failure;

    /// <summary>Why the last checkpoint failed, if it did.</summary>
    public StorageFailure? Failure => _failure;

    public bool IsRunning => _thread is { IsAlive: true };

    /// <summary>Whether a checkpoint should begin now.</summary>
    public bool IsDue(long journalLength, TimeSpan quiet)
    {
        if (IsRunning) return false;
        var rest = Stopwatch.GetElapsedTime(_endedAt);
        // One that failed is owed, whatever the journal has come to since; but a large one is not written again and again in vain.
        if (_failure is not null) return rest >= options.Retry && rest >= _duration * FailureTime;
        if (journalLength >= Math.Max(options.MinimumJournal, _length)) return true;
        return quiet >= options.Quiet && (journalLength >= _length / RestSize || rest >= _duration * RestTime);
    }

    /// <summary>Begins a checkpoint; what changes from now on is in the journal that the caller has begun.</summary>
    public void Begin()
    {
        (_cancelled, _hurry) = (false, false);
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoint" };
        _thread.Start();
    }

    /// <summary>Ends a running checkpoint: within the time given it may finish, at full speed, then it is given up.</summary>
    public void Finish(TimeSpan patience)
    {
        if (_thread is null) return;
        _hurry = true;
        if (_thread.Join(patience)) return;
        _cancelled = true;
        _thread.Join();
    }

    /// <summary>Writes a checkpoint at once, on the calling thread.</summary>
    /// <exception cref="IOException">A step failed.</exception>
    /// <exception cref="OperationCanceledException">It took longer than allowed.</exception>
    public void WriteNow(TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        Write(() =>
        {
            if (Stopwatch.GetElapsedTime(started) > patience) throw new OperationCanceledException();
        });
    }

    private void Run()
    {
        try
        {
            Write(Pause);
        }
        catch (OperationCanceledException)
        {
            // The journal holds everything; the next start goes on from there.
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Notes that a checkpoint could not be had; it is tried again a while later.</summary>
    public void Fail(Exception e)
    {
        if (_failure is null) reportError($"cannot write a checkpoint of {paths.File}: {e.Message} The journal goes on, and it is tried again.");
        _failure = StorageFailure.From(e);
        _endedAt = Stopwatch.GetTimestamp();
    }

    private void Write(Action pause)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var snapshot = state.TakeSnapshot();
            var length = new CheckpointWriter(_disk).Write(paths.Temporary, snapshot.Jobs, pause);
            WriteRemovals(snapshot);
            // The snapshot may hold changes that were not on the disk yet; should they be taken back, it must not become the truth.
            if (snapshot.Durable.GetAwaiter().GetResult() is { } failure) throw new IOException(failure.Reason);
            KeepMode();
            _disk.Replace(paths.Temporary, paths.File);
            _disk.FlushFolder(paths.Folder);
            // Only now does the file hold what the old journal held.
            if (File.Exists(paths.OldJournal)) _disk.Delete(paths.OldJournal);
            _length = length;
            _failure = null;
        }
        catch
        {
            // What it takes up of the disk may be what the journal needs.
            _disk.Delete(paths.Temporary);
            _disk.Delete(paths.NewRemoved);
            throw;
        }
        finally
        {
            _duration = Stopwatch.GetElapsedTime(started);
            _endedAt = Stopwatch.GetTimestamp();
        }
    }

    private void WriteRemovals(Snapshot snapshot)
    {
        if (snapshot.RemovalsVersion == _removalsVersion) return;
        new CheckpointWriter(_disk).Write(paths.NewRemoved, snapshot.Removals(), () => { });
        _disk.Replace(paths.NewRemoved, paths.Removed);
        _removalsVersion = snapshot.RemovalsVersion;
    }

    // Whoever has opened the file to others, for a backup say, keeps it so.
    private void KeepMode()
    {
        if (!OperatingSystem.IsWindows() && File.Exists(paths.File)) File.SetUnixFileMode(paths.Temporary, File.GetUnixFileMode(paths.File));
    }

    private void Pause()
    {
        if (_cancelled) throw new OperationCanceledException();
        // Between two slices of a megabyte the requests have the disk and the processor to themselves for a moment.
        if (!_hurry) Thread.Sleep(1);
    }
}
