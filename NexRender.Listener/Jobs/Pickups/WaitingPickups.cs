using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Table;

namespace NexRender.Listener.Jobs.Pickups;

/// <summary>
/// The pickups that are held until a job fits, by the tags that they ask for and in their order of arrival. A job that becomes ready
/// signals one of them, which costs a look-up for each tag of the job. Guarded by the store's lock.
/// </summary>
internal sealed class WaitingPickups
{
    /// <summary>The key of the pickups without tags, which take any job.</summary>
    public const string Any = "";

    private static readonly string[] AnyOnly = [Any];

    private static readonly IComparer<WaitingPickup> ByArrival =
        Comparer<WaitingPickup>.Create((a, b) => a.Number.CompareTo(b.Number));

    // Those that were not signalled: a second job is meant for another one.
    private readonly Dictionary<string, SortedSet<WaitingPickup>> _byTag = new(StringComparer.Ordinal);

    // Those of paused workers: no job is meant for them.
    private readonly Dictionary<string, List<WaitingPickup>> _paused = new(StringComparer.Ordinal);

    // The jobs that a signalled pickup is about to look at.
    private readonly Dictionary<JobEntry, WaitingPickup> _offered = [];
    private long _lastNumber;
    private volatile int _count;

    /// <summary>The number of pickups that are held. May be read without the lock.</summary>
    public int Count => _count;

    /// <summary>The tags that are asked for, and <see cref="Any"/>.</summary>
    public IReadOnlyCollection<string> Tags => _byTag.Keys;

    /// <summary>Begins to hold a pickup; it waits for jobs once it is added.</summary>
    public WaitingPickup Enter(string[] tags, WorkerIdentity worker)
    {
        _count++;
        return new WaitingPickup(tags, worker, ++_lastNumber);
    }

    /// <summary>Lets a pickup wait for a job, in the place of its arrival.</summary>
    public void Add(WaitingPickup pickup)
    {
        foreach (var tag in KeysOf(pickup))
        {
            if (!_byTag.TryGetValue(tag, out var waiting)) _byTag.Add(tag, waiting = new SortedSet<WaitingPickup>(ByArrival));
            waiting.Add(pickup);
        }
    }

    /// <summary>Lets the pickup of a paused worker wait until that is resumed.</summary>
    public void AddPaused(WaitingPickup pickup)
    {
        var name = pickup.Worker.Executor;
        if (!_paused.TryGetValue(name, out var paused)) _paused.Add(name, paused = []);
        paused.Add(pickup);
    }

    /// <summary>Ends the holding of a pickup that has a job, or will get none.</summary>
    public void Leave(WaitingPickup pickup)
    {
        _count--;
        Remove(pickup);
        if (!_paused.TryGetValue(pickup.Worker.Executor, out var paused)) return;
        paused.Remove(pickup);
        if (paused.Count == 0) _paused.Remove(pickup.Worker.Executor);
    }

    /// <summary>Signals the first pickup that may take a job.</summary>
    /// <param name="entry">The job, which is ready.</param>
    /// <param name="excluded">The worker that the job is withheld from; <c>null</c> for none.</param>
    /// <returns>True if there was one.</returns>
    public bool Offer(JobEntry entry, string? excluded)
    {
        if (_byTag.Count == 0) return false;
        var first = First(Any, excluded);
        foreach (var tag in TagList.Parse(entry.Job.Tags))
        {
            if (First(tag, excluded) is { } other && (first is null || other.Number < first.Number)) first = other;
        }
        if (first is null) return false;
        Remove(first);
        first.Offered = entry;
        _offered[entry] = first;
        first.Signal();
        return true;
    }

    /// <summary>Returns true if a pickup was signalled for a job and has not looked at it yet.</summary>
    public bool IsOffered(JobEntry entry) => _offered.ContainsKey(entry);

    /// <summary>Returns the job that a pickup was signalled for, which it looks at now; <c>null</c> if it was not signalled.</summary>
    public JobEntry? TakeOffer(WaitingPickup pickup)
    {
        var entry = pickup.Offered;
        pickup.Offered = null;
        if (entry is not null && _offered.GetValueOrDefault(entry) == pickup) _offered.Remove(entry);
        return entry;
    }

    /// <summary>
    /// Exchanges offers: a pickup has taken a job that was offered to another one, which is about to look at the queue, and may take the
    /// job that the first one was offered. So no third one is signalled, which would be served before it.
    /// </summary>
    /// <returns>False if the other one may not take it, or if there is none.</returns>
    public bool TryExchange(JobEntry taken, JobEntry offered, string? excluded)
    {
        if (!_offered.TryGetValue(taken, out var other) || other.Worker.Executor == excluded) return false;
        if (other.Tags.Length > 0 && !TagList.Parse(offered.Job.Tags).Intersect(other.Tags).Any()) return false;
        _offered.Remove(taken);
        _offered[offered] = other;
        other.Offered = offered;
        return true;
    }

    /// <summary>Signals the pickups of a worker that is not paused any more.</summary>
    public void Resume(string worker)
    {
        if (!_paused.Remove(worker, out var pickups)) return;
        foreach (var pickup in pickups) pickup.Signal();
    }

    private static string[] KeysOf(WaitingPickup pickup) => pickup.Tags.Length == 0 ? AnyOnly : pickup.Tags;

    private WaitingPickup? First(string tag, string? excluded)
    {
        if (!_byTag.TryGetValue(tag, out var waiting)) return null;
        if (excluded is null) return waiting.Min;
        foreach (var pickup in waiting)
        {
            if (pickup.Worker.Executor != excluded) return pickup;
        }
        return null;
    }

    private void Remove(WaitingPickup pickup)
    {
        foreach (var tag in KeysOf(pickup))
        {
            if (!_byTag.TryGetValue(tag, out var waiting) || !waiting.Remove(pickup)) continue;
            if (waiting.Count == 0) _byTag.Remove(tag);
        }
    }
}
