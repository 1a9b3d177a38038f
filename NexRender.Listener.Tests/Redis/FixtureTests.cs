using System.Net.Sockets;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>The tools of the tests of Redis.</summary>
[TestClass]
public sealed class FixtureTests
{
    [TestMethod]
    public async Task A_killed_Redis_starts_again_with_what_it_acknowledged()
    {
        await using var redis = await RedisServer.Start();
        await redis.Send("SET", "a", "1");
        redis.Kill();
        await Assert.ThrowsAsync<SocketException>(() => redis.Send("GET", "a"));
        await redis.Restart();
        Assert.AreEqual("1", await redis.Send("GET", "a"));
    }

    [TestMethod]
    public async Task A_paused_Redis_answers_when_it_goes_on()
    {
        await using var redis = await RedisServer.Start();
        using var client = await redis.Connect();
        redis.Pause();
        var answer = client.Send("PING");
        Assert.IsFalse(answer.IsCompleted);
        redis.Resume();
        Assert.AreEqual("PONG", await answer);
    }

    [TestMethod]
    public async Task The_sentinels_move_the_primary_when_it_dies()
    {
        await using var primary = await RedisServer.Start();
        await using var replica = await RedisServer.Start();
        await replica.ReplicaOf(primary);
        await using var sentinels = await Sentinels.Start(primary);
        Assert.AreEqual(primary.Port, await sentinels.Primary());
        primary.Kill();
        await sentinels.HasMovedFrom(primary.Port);
        Assert.AreEqual(replica.Port, await sentinels.Primary());
        await Eventually.True(async () => await replica.Send("SET", "a", "1") is "OK", "the new primary can be written");
    }

    [TestMethod]
    [DataRow(LostPart.Command, null)]
    [DataRow(LostPart.Reply, "1")]
    public async Task A_line_that_is_cut_at_a_command_hides_whether_it_was_carried_out(LostPart part, string? stored)
    {
        await using var redis = await RedisServer.Start();
        await using var proxy = new CuttingProxy(redis.Port);
        using var client = await RedisClient.Connect(proxy.Port);
        Assert.AreEqual("PONG", await client.Send("PING"));
        var cut = proxy.CutAt(part, "SET");
        await Assert.ThrowsAsync<IOException>(() => client.Send("SET", "a", "1"));
        await cut;
        await Assert.ThrowsAsync<SocketException>(() => RedisClient.Connect(proxy.Port));
        proxy.Restore();
        using var again = await RedisClient.Connect(proxy.Port);
        Assert.AreEqual(stored, await again.Send("GET", "a"));
    }

    [TestMethod]
    [DataRow(LostPart.Command)]
    [DataRow(LostPart.Reply)]
    public async Task A_line_that_is_held_goes_on_when_it_is_restored(LostPart part)
    {
        await using var redis = await RedisServer.Start();
        await using var proxy = new CuttingProxy(redis.Port);
        using var client = await RedisClient.Connect(proxy.Port);
        proxy.Hold(part);
        var reply = client.Send("SET", "a", "1");
        if (part == LostPart.Reply) await Eventually.True(async () => await redis.Send("GET", "a") is "1", "the command arrived");
        Assert.IsFalse(reply.IsCompleted);
        proxy.Restore();
        Assert.AreEqual("OK", await reply);
    }
}
