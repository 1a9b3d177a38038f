namespace NexRender.Listener.Http.Bodies;

/// <summary>
/// Returns memory to the system after a burst of large bodies: without further allocations the collector has no reason to run, and would
/// keep their memory for hours.
/// </summary>
internal sealed class MemoryTrimmer : IDisposable
{
    // Smaller bodies come and go within the memory that the process keeps anyway.
    private const long MinBody = 1 << 20;
    private const long MinBurst = 64 << 20;

    // With more live memory than this, a compacting collection would stop the server for longer than a worker should wait.
    private const long MaxLive = 1L << 30;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Timer _timer;
    private long _burst;
    private long _lastBurst;

    public MemoryTrimmer() => _timer = new Timer(_ => TrimAfterBurst(), null, Period, Period);

    /// <summary>Counts the body of a request that has been handled.</summary>
    /// <param name="length">The length of the body, in bytes.</param>
    public void Count(long length)
    {
        if (length >= MinBody) Interlocked.Add(ref _burst, length);
    }

    public void Dispose() => _timer.Dispose();

    private void TrimAfterBurst()
    {
        var burst = Interlocked.Read(ref _burst);
        var isOver = burst == _lastBurst;
        _lastBurst = burst;
        if (burst < MinBurst || !isOver) return;
        Interlocked.Add(ref _burst, -burst);
        _lastBurst = 0;
        // The first collection moves what has died out of the way, so that the live memory is known.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        if (GC.GetTotalMemory(forceFullCollection: false) > MaxLive) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
