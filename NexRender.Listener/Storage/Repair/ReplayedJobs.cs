using NexRender.Listener.Json;

namespace NexRender.Listener.Storage.Repair;

/// <summary>A list of jobs as JSON: the recovery target of repair and erasure.</summary>
/// <param name="rejectsInvalidJobs">True to throw for a job without uid or state; otherwise it is kept.</param>
internal sealed class ReplayedJobs(bool rejectsInvalidJobs = false) : IRecoveryTarget
{
    private readonly Dictionary<string, (long Order, byte[] Json)> _jobs = new(StringComparer.Ordinal);
    private long _next;

    public int Count => _jobs.Count;

    /// <exception cref="StorageException">A job has no uid or no state.</exception>
    public IReadOnlyList<byte[]> Load(IEnumerable<byte[]> jobs)
    {
        // A repair and an erasure keep no duplicates: the one has saved a copy of the file, the other removes every job.
        foreach (var job in jobs)
        {
            if (rejectsInvalidJobs && !JobScanner.IsJob(job)) throw new StorageException(StorageProblem.Damaged, "a job has no uid");
            Put(job, atEnd: true);
        }
        return [];
    }

    public void Put(ReadOnlyMemory<byte> job, bool atEnd)
    {
        var uid = JsonText.GetString(JsonObject.Parse(job, JsonObject.StoredDepth)["uid"u8]) ?? "";
        var keepsPlace = !atEnd && _jobs.ContainsKey(uid);
        _jobs[uid] = (keepsPlace ? _jobs[uid].Order : _next++, JsonText.Minify(job).ToArray());
    }

    public void Remove(string uid) => _jobs.Remove(uid);

    // A repair forgets them, and an erasure has to.
    public void Remember(byte[] answer)
    {
    }

    public byte[][] ToArray() => [.. _jobs.Values.OrderBy(job => job.Order).Select(job => job.Json)];
}
