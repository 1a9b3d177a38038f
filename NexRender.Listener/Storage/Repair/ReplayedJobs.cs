using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Storage.Repair;

/// <summary>A list of jobs as JSON: the recovery target of repair and erasure.</summary>
internal sealed class ReplayedJobs : IRecoveryTarget
{
    private readonly bool _rejectsInvalidJobs;
    private readonly DeltaReplay _deltas;
    private readonly Dictionary<string, (long Order, byte[] Json)> _jobs = new(StringComparer.Ordinal);
    private long _next;

    /// <param name="rejectsInvalidJobs">True to throw for a job without uid or state; otherwise it is kept.</param>
    /// <param name="keepsParts">True to keep a job if a change of it is missing; otherwise it is an error.</param>
    public ReplayedJobs(bool rejectsInvalidJobs = false, bool keepsParts = false)
    {
        _rejectsInvalidJobs = rejectsInvalidJobs;
        _deltas = new DeltaReplay(
            uid => _jobs.TryGetValue(uid, out var job) ? job.Json : null, json => Set(json, atEnd: false), keepsParts);
    }

    public int Count => _jobs.Count;

    /// <summary>The uids of jobs that changes are missing of, once every journal was read.</summary>
    public IReadOnlyList<string> Incomplete => _deltas.Incomplete;

    /// <summary>Returns true if there is a job with this uid.</summary>
    public bool Has(string uid) => _jobs.ContainsKey(uid);

    /// <exception cref="StorageException">A job has no uid or no state.</exception>
    public IReadOnlyList<byte[]> Load(IEnumerable<byte[]> jobs, long length)
    {
        // A repair and an erasure keep no duplicates: the one has saved a copy of the file, the other removes every job.
        foreach (var job in jobs)
        {
            if (_rejectsInvalidJobs && !JobScanner.IsJob(job)) throw new StorageException(StorageProblem.Damaged, "a job has no uid");
            Put(job, atEnd: true);
        }
        return [];
    }

    public void Put(ReadOnlyMemory<byte> job, bool atEnd) => _deltas.Forget(Set(job, atEnd));

    public void Update(in JobDelta delta) => _deltas.Apply(delta);

    public void Remove(string uid)
    {
        _deltas.Forget(uid);
        _jobs.Remove(uid);
    }

    public void Cover() => _deltas.Cover();

    public void Complete() => _deltas.Complete();

    // A repair forgets these, and an erasure has to.
    public void LoadRemoval(byte[] removal)
    {
    }

    public void Remember(byte[] answer)
    {
    }

    public JsonBytes[] ToArray() => [.. _jobs.Values.OrderBy(job => job.Order).Select(job => job.Json)];

    private string Set(ReadOnlyMemory<byte> job, bool atEnd)
    {
        var uid = JsonText.GetString(JsonObject.Parse(job, JsonObject.StoredDepth)["uid"u8]) ?? "";
        var keepsPlace = !atEnd && _jobs.ContainsKey(uid);
        _jobs[uid] = (keepsPlace ? _jobs[uid].Order : _next++, JsonText.Minify(job).ToArray());
        return uid;
    }
}
