using System.Globalization;
using System.Text;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis;

/// <summary>Writes all jobs to Redis again, in place of what it has.</summary>
internal static class RedisRewriter
{
    private const int JobsAtOnce = 500;

    /// <summary>Writes a snapshot of durable jobs; interrupted, it leaves whole jobs, and is begun again.</summary>
    public static void Write(in Snapshot snapshot, RedisLink link, RedisBatches batches, RedisOptions options)
    {
        batches.Begin(options.Timeout);
        var uids = new HashSet<string>(StringComparer.Ordinal);
        Commit(snapshot.Jobs, (batch, job) =>
        {
            var json = job.ToArray();
            var uid = RedisBatch.FindUid(json)!;
            uids.Add(uid);
            batch.Add("next", uid, json);
        });
        var others = RedisLoader.FindUids(link, options.LoadTimeout).Where(uid => !uids.Contains(uid));
        Commit(others, (batch, uid) => batch.Add("erase", uid, []));
        Commit(snapshot.Removals(), (batch, removal) =>
        {
            var text = JsonText.GetString(JsonObject.Parse(removal, JsonObject.StoredDepth)["removedAt"u8])!;
            var at = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
            var number = at.ToString(CultureInfo.InvariantCulture);
            batch.Add("removed", RedisBatch.FindUid(removal)!, Encoding.ASCII.GetBytes(number));
        });
        Commit([""], (batch, _) => batch.Add("forgotten", "", []));
        Commit(snapshot.Answers(), (batch, answer) => batch.Add("!", "", answer));
        // Last: until then the order is that of before.
        Commit([""], (batch, _) => batch.Add("switch", "", []));

        void Commit<T>(IEnumerable<T> items, Action<RedisBatch, T> add)
        {
            foreach (var chunk in items.Chunk(JobsAtOnce))
            {
                var batch = new RedisBatch(0);
                foreach (var item in chunk) add(batch, item);
                batches.Commit(batch, needsMemory: false, options.LoadTimeout);
            }
        }
    }
}
