using System.Diagnostics;

namespace NexRender.Listener.Storage.Commit;

/// <summary>Measures how long the writer thread waits for the disk. Begun and ended by that thread, read by requests.</summary>
/// <param name="path">The database, for messages.</param>
/// <param name="timeout">The time from which a wait is a problem.</param>
internal sealed class StallMonitor(string path, TimeSpan timeout)
{
    // 0 while the disk has nothing to do.
    private long _since;

    /// <summary>The reason why the disk is a problem at present; <c>null</c> if it is not.</summary>
    public StorageFailure? Problem =>
        Volatile.Read(ref _since) is var since and not 0 && Stopwatch.GetElapsedTime(since) is var time && time >= timeout
            ? new StorageFailure($"the disk of {path} has not responded for {(int)time.TotalSeconds} s", IsDiskFull: false)
            : null;

    /// <summary>Begins to measure.</summary>
    public void Begin() => Volatile.Write(ref _since, Stopwatch.GetTimestamp());

    /// <summary>Ends a wait; returns a description of one that was a problem, and <c>null</c> for any other.</summary>
    public string? End()
    {
        var time = Stopwatch.GetElapsedTime(_since);
        Volatile.Write(ref _since, 0);
        return time < timeout ? null : $"the disk of {path} did not respond for {(int)time.TotalSeconds} s";
    }
}
