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

    // A compacting collection stops the server for about 0.6 ms for each live megabyte. With more than this, memory is released in rounds.
    private const long MaxCompacted = 64 << 20;

    // The collector returns a region to the system when it has stayed free for this many collections of the youngest generation, and
    // returns at most 160 KB for each millisecond between two of them.
    private const int CollectionsUntilReleased = 20;

    private static readonly TimeSpan ReleasePause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly BurstDetector _bursts = new();
    private readonly Func<long> _released;
    private readonly Func<bool> _isHeld;
    private readonly PeriodicTimer _timer = new(Period);
    private long _received;

    /// <param name="released">Returns the bytes of the jobs that were replaced or removed so far.</param>
    /// <param name="isHeld">Returns true while such jobs are still in use, so that a collection would not free them.</param>
    public MemoryTrimmer(Func<long> released, Func<bool> isHeld)
    {
        (_released, _isHeld) = (released, isHeld);
        _ = RunAsync();
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

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (_isHeld()) continue;
            var step = _bursts.Next(Interlocked.Read(ref _received), _released(), Environment.WorkingSet);
            if (step is TrimStep.Collect or TrimStep.Release) GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            if (step == TrimStep.Release) await ReleaseFreeRegionsAsync().ConfigureAwait(false);
            if (step == TrimStep.Trim) Trim();
        }
    }

    private async Task ReleaseFreeRegionsAsync()
    {
        for (var n = 0; n < CollectionsUntilReleased; n++)
        {
            await Task.Delay(ReleasePause).ConfigureAwait(false);
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }
        _bursts.Trimmed(Environment.WorkingSet);
    }

    private void Trim()
    {
        var heap = GC.GetGCMemoryInfo(GCKind.Any);
        if (heap.HeapSizeBytes - heap.FragmentedBytes > MaxCompacted)
        {
            _bursts.ReleaseInRounds();
            return;
        }
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _bursts.Trimmed(Environment.WorkingSet);
    }
}
