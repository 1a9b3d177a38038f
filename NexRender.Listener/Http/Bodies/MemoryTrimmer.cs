namespace NexRender.Listener.Http.Bodies;

/// <summary>
/// Returns memory to the system after a burst of requests or connections, or after large jobs were removed: without further allocations the
/// collector has no reason to run, and would keep their memory for hours.
/// </summary>
internal sealed class MemoryTrimmer : IDisposable
{
    private const long MinBurst = 64 << 20;

    // With less in a period, a burst is over.
    private const long Quiet = 1 << 20;

    // A farm without a burst has fewer connections, which stay open.
    private const int MinCrowd = 256;

    // The buffers of a connection whose response is relayed while the client reads slowly.
    private const long ConnectionMemory = 64 << 10;

    // With more live memory than this, a compacting collection would stop the server for longer than a worker should wait.
    private const long MaxLive = 1L << 30;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Func<long> _released;
    private readonly Timer _timer;
    private long _received;

    // Of the timer alone, whose calls may overlap only if one takes longer than the period.
    private long _lastTotal;
    private long _trimmedTotal;
    private long _liveAfterTrim;
    private bool _isCollected;

    /// <param name="released">Returns the bytes of the jobs that were replaced or removed so far.</param>
    public MemoryTrimmer(Func<long> released)
    {
        _released = released;
        _timer = new Timer(_ => TrimAfterBurst(), null, Period, Period);
    }

    /// <summary>Counts the body of a request that has been handled.</summary>
    /// <param name="length">The length of the body, in bytes.</param>
    public void Count(long length) => Interlocked.Add(ref _received, length);

    /// <summary>Counts a connection that has ended.</summary>
    /// <param name="open">The number of connections that were open.</param>
    public void CountConnection(int open)
    {
        if (open >= MinCrowd) Interlocked.Add(ref _received, ConnectionMemory);
    }

    public void Dispose() => _timer.Dispose();

    private void TrimAfterBurst()
    {
        var total = Interlocked.Read(ref _received) + _released();
        var isOver = total - _lastTotal < Quiet;
        _lastTotal = total;
        if (!isOver || total - _trimmedTotal < MinBurst) return;
        if (Environment.WorkingSet < 2 * _liveAfterTrim + MinBurst) return;
        if (!_isCollected)
        {
            // A collection in the background finds out how much is live. It stops nothing, and has ended by the next period.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            _isCollected = true;
            return;
        }
        (_isCollected, _trimmedTotal) = (false, total);
        var heap = GC.GetGCMemoryInfo(GCKind.Any);
        if (heap.HeapSizeBytes - heap.FragmentedBytes > MaxLive) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _liveAfterTrim = Environment.WorkingSet;
    }
}
