namespace NexRender.Listener.Http.Bodies;

/// <summary>
/// Returns memory to the system after a burst of requests or connections, or after large jobs were removed: without further allocations the
/// collector has no reason to run, and would keep their memory for hours.
/// </summary>
internal sealed class MemoryTrimmer : IDisposable
{
    // A farm without a burst has fewer connections, which stay open.
    private const int MinCrowd = 256;

    // The buffers of a connection whose response is relayed while the client reads slowly.
    private const long ConnectionMemory = 64 << 10;

    // With more live memory than this, a compacting collection would stop the server for longer than a worker should wait.
    private const long MaxLive = 1L << 30;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // Of the timer alone, whose calls may overlap only if one takes longer than the period.
    private readonly BurstDetector _bursts = new();
    private readonly Func<long> _released;
    private readonly Func<bool> _isHeld;
    private readonly Timer _timer;
    private long _received;

    /// <param name="released">Returns the bytes of the jobs that were replaced or removed so far.</param>
    /// <param name="isHeld">Returns true while such jobs are still in use, so that a collection would not free them.</param>
    public MemoryTrimmer(Func<long> released, Func<bool> isHeld)
    {
        (_released, _isHeld) = (released, isHeld);
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
        if (_isHeld()) return;
        var step = _bursts.Next(Interlocked.Read(ref _received), _released(), Environment.WorkingSet);
        if (step == TrimStep.Collect) GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        if (step != TrimStep.Trim) return;
        var heap = GC.GetGCMemoryInfo(GCKind.Any);
        if (heap.HeapSizeBytes - heap.FragmentedBytes > MaxLive) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _bursts.Trimmed(Environment.WorkingSet);
    }
}
