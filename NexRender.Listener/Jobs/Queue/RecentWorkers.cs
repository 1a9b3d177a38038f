using System.Runtime.InteropServices;

namespace NexRender.Listener.Jobs.Queue;

/// <summary>Tracks recent pickups by tag, to tell whether anyone else may take a job. Guarded by the store's lock.</summary>
internal sealed class RecentWorkers(TimeProvider clock)
{
    private const int MaxTags = 10_000;

    // The key of pickups without tags, which take any job.
    private const string Any = "";

    private readonly Dictionary<string, LastPickups> _byTag = new(StringComparer.Ordinal);

    /// <summary>The last pickup, and the last one of any other worker before it.</summary>
    private record struct LastPickups(string? Worker, long At, long? OtherAt);

    public void Record(string[] tags, string worker)
    {
        if (_byTag.Count > MaxTags) _byTag.Clear();
        if (tags.Length == 0) Record(Any, worker);
        foreach (var tag in tags) Record(tag, worker);
    }

    /// <summary>Returns true if nobody but one worker has asked for a job with these tags within a period.</summary>
    public bool IsOnlyWorker(string worker, string[] tags, TimeSpan period) =>
        !HasOther(Any, worker, period) && !Array.Exists(tags, tag => HasOther(tag, worker, period));

    private void Record(string tag, string worker)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_byTag, tag, out _);
        var otherAt = last.Worker is null || last.Worker == worker ? last.OtherAt : last.At;
        last = new LastPickups(worker, clock.GetTimestamp(), otherAt);
    }

    private bool HasOther(string tag, string worker, TimeSpan period)
    {
        if (!_byTag.TryGetValue(tag, out var last)) return false;
        return (last.Worker == worker ? last.OtherAt : last.At) is { } at && clock.GetElapsedTime(at) < period;
    }
}
