using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>Redis with replicas: a change that was answered is on as many of them as were asked for, and survives their primary.</summary>
[TestClass]
public sealed class ReplicaTests
{
    [TestMethod]
    public async Task A_change_is_answered_when_the_replica_has_it()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await replica.ReplicaOf(primary);
        await using var store = await RedisStore.Open(primary.Url, options => options with { Replicas = 1 });
        Assert.IsNull((await store.Create("a")).Refusal);
        Assert.IsNotNull(await replica.Send("GET", "nexjob:a"));
    }

    [TestMethod]
    public async Task Changes_are_refused_while_no_replica_has_them_and_undone()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await replica.ReplicaOf(primary);
        await using var store = await RedisStore.Open(
            primary.Url, options => options with { Replicas = 1, LeadTimeout = TimeSpan.FromMinutes(1) });
        await store.Create("a");
        replica.Pause();
        Assert.AreEqual(RefusalKind.Unavailable, (await store.Create("b")).Refusal?.Kind);
        Assert.AreEqual("a", await store.Uids());
        replica.Resume();
        await Eventually.True(async () => (await store.Create("c")).Refusal is null, "changes are accepted");
        Assert.AreEqual("a c", await store.Uids());
        Assert.IsNull(await primary.Send("GET", "nexjob:b"));
    }

    [TestMethod]
    public async Task A_change_whose_reply_was_lost_is_not_answered_before_the_replica_has_it()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await using var proxy = new CuttingProxy(primary.Port);
        await replica.ReplicaOf(primary);
        await using var store = await RedisStore.Open(
            proxy.Url, options => options with { Replicas = 1, LeadTimeout = TimeSpan.FromMinutes(1) });
        await store.Create("a");
        replica.Pause();
        var cut = proxy.CutAt(LostPart.Reply, "nexcut");
        var change = store.Create("nexcut");
        await cut;
        proxy.Restore();
        // On the new connection nothing was written: there Redis 7.2 and newer would have nothing to wait for.
        Assert.AreEqual(RefusalKind.Unavailable, (await change).Refusal?.Kind);
        replica.Resume();
        await Eventually.True(async () => (await store.Create("c")).Refusal is null, "changes are accepted");
        Assert.AreEqual("a c", await store.Uids());
    }

    [TestMethod]
    public async Task A_change_is_answered_when_Redis_confirms_that_it_was_synced_too()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await replica.ReplicaOf(primary);
        await using var redis = new ConfirmingRedis(primary);
        await using var store = await RedisStore.Open(
            redis.Url, options => options with { Replicas = 1, LeadTimeout = TimeSpan.FromMinutes(1) });
        Assert.EndsWith("on the primary: a power cut, as WAITAOF confirms", store.Storage.Survives);
        Assert.IsNull((await store.Create("a")).Refusal);
        Assert.AreEqual("1 0", redis.Asked);
        redis.Confirms = false;
        Assert.AreEqual(RefusalKind.Unavailable, (await store.Create("b")).Refusal?.Kind);
        Assert.AreEqual("a", await store.Uids());
        redis.Confirms = true;
        await Eventually.True(async () => (await store.Create("c")).Refusal is null, "changes are accepted");
        Assert.AreEqual("a c", await store.Uids());
        Assert.IsNull(await primary.Send("GET", "nexjob:b"));
    }

    [TestMethod]
    [DataRow("everysec", "a crash of Redis, and a power cut but for the last second")]
    [DataRow("no", "a crash of Redis; a power cut loses what the system has not written")]
    public async Task No_confirmation_is_waited_for_where_Redis_syncs_later(string policy, string survives)
    {
        await using var primary = await RedisServer.Start("--appendonly", "yes", "--appendfsync", policy);
        await using var replica = await RedisServer.Start();
        await replica.ReplicaOf(primary);
        await using var redis = new ConfirmingRedis(primary);
        await using var store = await RedisStore.Open(redis.Url, options => options with { Replicas = 1 });
        Assert.IsNull((await store.Create("a")).Refusal);
        Assert.IsNull(redis.Asked);
        Assert.EndsWith($"on the primary: {survives}", store.Storage.Survives);
    }

    [TestMethod]
    public async Task The_leader_follows_the_primary_that_the_sentinels_name()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await replica.ReplicaOf(primary);
        await using var sentinels = await Sentinels.Start(primary);
        await using var store = await RedisStore.Open(
            sentinels.Url, options => options with { LeadTimeout = TimeSpan.FromMinutes(1) });
        await store.Create("a");
        await Eventually.True(async () => await replica.Send("GET", "nexjob:a") is not null, "the replica has the job");
        primary.Kill();
        await sentinels.HasMovedFrom(primary.Port);
        await Eventually.True(async () => (await store.Create("b")).Refusal is null, "changes are accepted");
        Assert.AreEqual("a b", await store.Uids());
        Assert.IsNotNull(await replica.Send("GET", "nexjob:b"));
    }

    [TestMethod]
    public async Task A_new_primary_that_lacks_acknowledged_changes_gets_them_from_the_leader()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await using var proxy = new CuttingProxy(primary.Port);
        await replica.ReplicaOf(primary);
        await using (var store = await RedisStore.Open(
            $"redis://127.0.0.1:{proxy.Port}", options => options with { LeadTimeout = TimeSpan.FromMinutes(1) }))
        {
            await store.Create("a");
            await Eventually.True(async () => await replica.Send("GET", "nexjob:a") is not null, "the replica has the job");
            await replica.Send("REPLICAOF", "NO", "ONE");
            await store.Create("b");
            await store.Jobs.RemoveAsync("a", "test");
            proxy.MoveTo(replica.Port);
            await Eventually.True(async () => (await store.Create("c")).Refusal is null, "changes are accepted");
            Assert.AreEqual("b c", await store.Uids());
        }
        await using var recovered = await RedisStore.Open(replica.Url);
        Assert.AreEqual("b c", await recovered.Uids());
    }
}
