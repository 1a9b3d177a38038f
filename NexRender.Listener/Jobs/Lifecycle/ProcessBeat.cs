using System.Diagnostics;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>
/// Notices that the process has not run for a while: it was stopped, or its machine was suspended. What happened in that time has not been
/// received yet, so no deadline may be judged by it.
/// </summary>
internal sealed class ProcessBeat : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    private readonly Action<TimeSpan> _onGap;
    private readonly Timer _timer;

    // Guarded by the lock.
    private readonly Lock _lock = new();
    private long _last = Stopwatch.GetTimestamp();

    /// <param name="onGap">Is called with the length of a gap before <see cref="Check"/> returns.</param>
    public ProcessBeat(Action<TimeSpan> onGap)
    {
        _onGap = onGap;
        _timer = new Timer(_ => Check(), null, Period, Period);
    }

    /// <summary>Makes sure that a gap up to now has been noticed.</summary>
    public void Check()
    {
        lock (_lock)
        {
            var gap = Stopwatch.GetElapsedTime(_last);
            if (gap > LongestGap) _onGap(gap);
            _last = Stopwatch.GetTimestamp();
        }
    }

    public void Dispose() => _timer.Dispose();
}
