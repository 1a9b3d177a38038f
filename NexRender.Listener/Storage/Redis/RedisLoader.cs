using System.Globalization;
using System.Text;
using System.Text.Json;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>Reads what is in Redis at the begin of a term, and adopts the jobs that other programs have written.</summary>
internal sealed class RedisLoader(RedisLink link, RedisBatches batches, RedisOptions options, StorageLog log)
{
    private const int JobsAtOnce = 500, RequestsAtOnce = 8;

    // Those that are to be adopted.
    private readonly Dictionary<string, byte[]> _jobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _foreign = new(StringComparer.Ordinal);

    /// <summary>The highest place in the order.</summary>
    public long LastOrder { get; private set; }

    /// <summary>Returns the uids of all jobs.</summary>
    public static IEnumerable<string> FindUids(RedisLink link, TimeSpan timeout)
    {
        var cursor = "0";
        do
        {
            var reply = (object?[])link.Call(timeout, "SCAN", cursor, "MATCH", RedisKeys.Job + "*", "COUNT", "5000")!;
            cursor = Text(reply[0]);
            foreach (var key in (object?[])reply[1]!) yield return Text(key)[RedisKeys.Job.Length..];
        }
        while (cursor != "0");
    }

    /// <summary>Returns the number of the last batch; 0 if there was none.</summary>
    public static long LastBatch(RedisLink link, TimeSpan timeout) =>
        link.Call(timeout, "GET", RedisKeys.Batch) is { } last ? long.Parse(Text(last), CultureInfo.InvariantCulture) : 0;

    /// <summary>Returns a removal as <see cref="IRecoveryTarget.LoadRemoval"/> receives it.</summary>
    public static byte[] ToRemoval(string uid, DateTimeOffset at)
    {
        var time = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($$"""{"uid":{{Encoding.UTF8.GetString(JsonText.Quote(uid))}},"removedAt":"{{time}}"}""");
    }

    /// <summary>Loads everything into a state.</summary>
    /// <param name="state">The state, empty.</param>
    /// <param name="isFirst">True if the server starts: then it refuses jobs that another program has changed.</param>
    /// <exception cref="StorageException">What is in Redis cannot be used; nothing was changed.</exception>
    public void Load(IRecoveryTarget state, bool isFirst)
    {
        if (link.Call(options.Timeout, "EXISTS", RedisKeys.Import) is long and 1)
            throw new StorageException(StorageProblem.Unfinished, $"an import into {options.Address} was interrupted");
        var batch = LastBatch(link, options.Timeout);
        batches.StartAfter(batch);
        string[] order = [.. ReadOrder()];
        var rest = FindUids(link, options.LoadTimeout).ToHashSet(StringComparer.Ordinal);
        List<string> known = [], missing = [];
        foreach (var uid in order) (rest.Remove(uid) ? known : missing).Add(uid);
        foreach (var _ in Read([.. rest], keepsAll: true)) { }
        var added = rest.OrderBy(uid => $"{CreatedAt(_jobs[uid])} {uid}", StringComparer.Ordinal).ToList();
        ReadRest(state);
        state.Load(Read([.. known], keepsAll: false).Concat(added.Select(uid => _jobs[uid])), 0);
        // If all jobs were being written again when the server was killed, the new ones have no place yet.
        var isInterrupted = link.Call(options.Timeout, "EXISTS", RedisKeys.NextOrder) is long and 1;
        if (batch > 0 && !isInterrupted) CheckForeign([.. _foreign, .. added, .. missing], isFirst);
        Adopt(known, added, missing);
        _jobs.Clear();
    }

    private static string Text(object? value) => Encoding.UTF8.GetString((byte[])value!);

    // As JavaScript writes times, the order of the texts is that of the times.
    private static string CreatedAt(byte[] job) =>
        JsonText.GetString(JsonObject.Parse(job, JsonObject.StoredDepth)["createdAt"u8]) ?? "";

    private IEnumerable<string> ReadOrder()
    {
        var reply = (object?[])link.Call(options.LoadTimeout, "ZRANGE", RedisKeys.Order, "0", "-1", "WITHSCORES")!;
        if (reply.Length > 0) LastOrder = (long)double.Parse(Text(reply[^1]), CultureInfo.InvariantCulture);
        for (var i = 0; i < reply.Length; i += 2) yield return Text(reply[i]);
    }

    // The next piece is read while the jobs of the one before are parsed.
    private IEnumerable<byte[]> Read(string[] uids, bool keepsAll)
    {
        Task<byte[][]>? next = null;
        try
        {
            foreach (var piece in uids.Chunk(JobsAtOnce * RequestsAtOnce))
            {
                var ready = next?.GetAwaiter().GetResult() ?? [];
                next = Task.Factory.StartNew(
                    () => ReadPiece(piece, keepsAll), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                foreach (var job in ready) yield return job;
            }
            foreach (var job in next?.GetAwaiter().GetResult() ?? []) yield return job;
        }
        finally
        {
            // One thread at a time uses the link.
            if (next is not null) Task.WaitAny(next);
        }
    }

    private byte[][] ReadPiece(string[] uids, bool keepsAll)
    {
        var writer = new RespWriter();
        var count = 0;
        foreach (var chunk in uids.Chunk(JobsAtOnce))
        {
            writer.Command(["MGET", .. chunk.Select(uid => RedisKeys.Job + uid)]);
            count++;
        }
        var jobs = new byte[uids.Length][];
        var at = 0;
        link.CallEach(writer, count, options.LoadTimeout, reply =>
        {
            foreach (var value in (object?[])reply!)
            {
                jobs[at] = Keep(uids[at], value as byte[], keepsAll);
                at++;
            }
        });
        return jobs;
    }

    private byte[] Keep(string uid, byte[]? stored, bool isKept)
    {
        if (stored is null) throw Unusable(uid, "is not a string");
        var own = RedisBatch.Unmark(stored);
        if (own is null) _foreign.Add(uid);
        var job = own ?? stored;
        if (isKept || own is null) _jobs[uid] = job;
        try
        {
            return RedisBatch.FindUid(job) == uid ? job : throw Unusable(uid, "holds a job with another uid");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Unusable(uid, "holds no job");
        }
    }

    private StorageException Unusable(string uid, string reason) => new(
        StorageProblem.Other, $"the key {RedisKeys.Job}{uid} of {options.Address} {reason}; nothing was changed");

    private void CheckForeign(HashSet<string> uids, bool isFirst)
    {
        if (uids.Count == 0) return;
        var names = string.Join(", ", uids.Take(3)) + (uids.Count > 3 ? ", ..." : "");
        var reason = $"another program has changed {uids.Count} {(uids.Count == 1 ? "job" : "jobs")} of {options.Address} ({names})";
        if (isFirst && !options.Takeover) throw new StorageException(StorageProblem.Foreign, reason);
        log.Error($"{reason}; using the jobs as they are");
    }

    // Jobs of other programs get a place in the order, and the mark by which a later change of another program is recognised.
    private void Adopt(List<string> known, List<string> added, List<string> missing)
    {
        var changes = known.Where(_foreign.Contains).Select(uid => ("=", uid))
            .Concat(added.Select(uid => ($"{++LastOrder}", uid)))
            .Concat(missing.Select(uid => ("forget", uid)));
        foreach (var chunk in changes.Chunk(JobsAtOnce))
        {
            var batch = new RedisBatch(0);
            foreach (var (kind, uid) in chunk) batch.Add(kind, uid, kind == "forget" ? [] : _jobs[uid]);
            batches.Commit(batch, needsMemory: false, options.LoadTimeout);
        }
    }

    private void ReadRest(IRecoveryTarget state)
    {
        var removed = (object?[])link.Call(options.LoadTimeout, "ZRANGE", RedisKeys.Removed, "0", "-1", "WITHSCORES")!;
        for (var i = 0; i < removed.Length; i += 2)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(Text(removed[i + 1]), CultureInfo.InvariantCulture));
            state.LoadRemoval(ToRemoval(Text(removed[i]), at));
        }
        var answers = (object?[])link.Call(options.LoadTimeout, "LRANGE", RedisKeys.Answers, "0", "-1")!;
        foreach (var answer in answers) state.Remember((byte[])answer!);
    }
}
