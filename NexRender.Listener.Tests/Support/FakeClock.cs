namespace NexRender.Listener.Tests.Support;

/// <summary>A clock that the test advances: the time of day, the timestamp and the timers.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    private TimeSpan _elapsed = TimeSpan.FromDays(3);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return _elapsed.Ticks;
    }

    /// <summary>Advances the time, and fires every timer once.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_lock) (_now, _elapsed) = (_now + time, _elapsed + time);
        Tick();
    }

    /// <summary>Sets the time of day, as a person or a time server does, without advancing the time.</summary>
    public void SetTimeOfDay(DateTimeOffset now)
    {
        lock (_lock) _now = now;
        Tick();
    }

    /// <summary>Fires every timer.</summary>
    public void Tick()
    {
        Timer[] timers;
        lock (_lock) timers = [.. _timers];
        foreach (var timer in timers) timer.GoOff();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        lock (_lock) _timers.Add(timer);
        return timer;
    }

    private sealed class Timer(FakeClock clock, Action goOff) : ITimer
    {
        public void GoOff() => goOff();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("No timer here is changed.");

        public void Dispose()
        {
            lock (clock._lock) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
