using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage.Repair;

namespace NexRender.Listener.Storage.Redis.Moving;

/// <summary>Everything that a storage holds, on its way into another one: the jobs, the removed list and the answers.</summary>
/// <param name="location">The place of the jobs, for messages.</param>
internal sealed class MovedJobs(string location) : IRecoveryTarget
{
    private readonly ReplayedJobs _jobs = new();
    private readonly Dictionary<string, byte[]> _removals = new(StringComparer.Ordinal);

    /// <summary>The number of jobs.</summary>
    public int Count => _jobs.Count;

    /// <summary>The number of jobs that were left out, because a later one has the same uid.</summary>
    public int Duplicates { get; private set; }

    /// <summary>The answers to submissions with a key.</summary>
    public List<byte[]> Answers { get; } = [];

    /// <summary>The removals.</summary>
    public byte[][] Removals => [.. _removals.Values];

    public IReadOnlyList<byte[]> Load(IEnumerable<byte[]> jobs, long length)
    {
        var number = 0;
        _jobs.Load(jobs.Select(job =>
        {
            number++;
            if (!Utf8.IsValid(job)) throw new JsonException("the job is not valid UTF-8");
            if (UidOf(job) is { Length: > 0 }) return job;
            throw new StorageException(StorageProblem.Damaged, $"the database {location} cannot be read: job {number} has no uid");
        }), length);
        Duplicates = number - _jobs.Count;
        return [];
    }

    public void LoadRemoval(byte[] removal)
    {
        var members = JsonObject.Parse(removal, JsonObject.StoredDepth);
        if (JsonText.GetString(members["uid"u8]) is not { } uid) return;
        var time = JsonText.GetString(members["removedAt"u8]);
        if (DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out _)) _removals[uid] = removal;
    }

    public void Put(ReadOnlyMemory<byte> job, bool atEnd) => _jobs.Put(job, atEnd);

    public void Update(in JobDelta delta) => _jobs.Update(delta);

    public void Remove(string uid)
    {
        if (_jobs.Has(uid)) _removals[uid] = RedisLoader.ToRemoval(uid, DateTimeOffset.UtcNow);
        _jobs.Remove(uid);
    }

    public void Remember(byte[] answer) => Answers.Add(answer);

    public void Cover() => _jobs.Cover();

    public void Complete() => _jobs.Complete();

    /// <summary>Returns everything as of now.</summary>
    public Snapshot ToSnapshot() => new(
        _jobs.ToArray(), () => Removals, 0, () => [.. Answers], 0, Task.FromResult<StorageFailure?>(null));

    private static string? UidOf(byte[] json) => JsonText.GetString(JsonObject.Parse(json, JsonObject.StoredDepth)["uid"u8]);
}
