namespace NexRender.Listener.Http.Bodies;

/// <summary>Decides when memory is returned to the system, from figures that are taken once a period.</summary>
internal sealed class BurstDetector
{
    public const long MinBurst = 64 << 20;

    // With less in a period, a burst is over.
    private const long Quiet = 1 << 20;

    // Measured: the first two return most, and the regions of large bodies are returned in the fifth.
    private const int Rounds = 5;

    private long _lastTotal;
    private long _trimmedTotal;
    private long _releasedAtTrim;
    private long _workingSetAfterTrim;
    private bool _isCollected;
    private int _rounds;

    /// <summary>Returns the next step; to be called once a period.</summary>
    /// <param name="received">The bytes of all requests so far.</param>
    /// <param name="released">The bytes of all versions of jobs that were replaced or removed so far.</param>
    /// <param name="workingSet">The memory of the process, in bytes.</param>
    public TrimStep Next(long received, long released, long workingSet)
    {
        var total = received + released;
        var isOver = total - _lastTotal < Quiet;
        _lastTotal = total;
        if (!isOver) _rounds = 0;
        if (_rounds > 0)
        {
            _rounds--;
            return TrimStep.Release;
        }
        if (!isOver || total - _trimmedTotal < MinBurst) return TrimStep.None;
        // Versions that were live at the last trim and have been replaced or removed since are garbage now.
        var garbage = released - _releasedAtTrim;
        var live = Math.Max(0, _workingSetAfterTrim - garbage);
        if (garbage < MinBurst && workingSet < 2 * live + MinBurst) return TrimStep.None;
        _isCollected = !_isCollected;
        if (_isCollected) return TrimStep.Collect;
        (_trimmedTotal, _releasedAtTrim) = (total, released);
        return TrimStep.Trim;
    }

    /// <summary>Makes the next steps those of a release in rounds, one a period, until the next burst.</summary>
    public void ReleaseInRounds() => _rounds = Rounds;

    /// <summary>Records the memory of the process after a trim.</summary>
    public void Trimmed(long workingSet) => _workingSetAfterTrim = workingSet;
}
