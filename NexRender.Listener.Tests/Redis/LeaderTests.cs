using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>Several servers on one Redis: one leads, and no acknowledged change is lost when it ends.</summary>
[TestClass]
public sealed class LeaderTests
{
    private const int Stop = 19, Continue = 18;

    [TestMethod]
    public async Task A_standby_answers_everything_by_its_leader()
    {
        await using var redis = await RedisServer.Start();
        await using var leader = await FarmServer.StartLeader(redis.Url);
        await using var standby = await FarmServer.Start(redis.Url);
        await standby.Follows(leader);
        (await standby.Create("a")).Expect(200);
        Assert.AreEqual("a", await leader.Uids());
        Assert.AreEqual("a", await standby.Uids());
        Assert.AreEqual(200, (await standby.Get("health")).Status);
        Assert.AreEqual(503, (await standby.Get("health/ready")).Status);
        Assert.AreEqual("a", (await standby.Get("jobs/pickup")).Expect(200).Json.GetProperty("uid").GetString());
    }

    [TestMethod]
    public async Task A_standby_leads_after_a_clean_stop_and_has_all_jobs()
    {
        await using var redis = await RedisServer.Start();
        await using var leader = await FarmServer.StartLeader(redis.Url);
        await using var standby = await FarmServer.Start(redis.Url);
        foreach (var uid in new[] { "a", "b", "c" }) (await leader.Create(uid)).Expect(200);
        Assert.AreEqual(0, await leader.Process.Terminate(), leader.Process.Errors.Text);
        await standby.Leads();
        Assert.AreEqual("a b c", await standby.Uids());
    }

    [TestMethod]
    public async Task A_single_server_that_was_killed_leads_again()
    {
        await using var redis = await RedisServer.Start();
        await using (var first = await FarmServer.StartLeader(redis.Url))
        {
            (await first.Create("a")).Expect(200);
            first.Process.Kill();
        }
        await using var second = await FarmServer.StartLeader(redis.Url);
        Assert.AreEqual("a", await second.Uids());
    }

    [TestMethod]
    public async Task A_leader_that_was_paused_changes_nothing_after_another_took_over()
    {
        await using var redis = await RedisServer.Start();
        await using var paused = await FarmServer.StartLeader(redis.Url);
        await using var other = await FarmServer.Start(redis.Url);
        (await paused.Create("a")).Expect(200);
        paused.Process.Signal(Stop);
        await other.Leads();
        (await other.Create("b")).Expect(200);
        var late = paused.Create("late");
        paused.Process.Signal(Continue);
        // Refused by itself, or relayed to the leader: in either case both servers show the same.
        var isStored = (await late).Status == 200;
        await paused.Follows(other);
        Assert.AreEqual(isStored ? "a b late" : "a b", await other.Uids());
        Assert.AreEqual(await other.Uids(), await paused.Uids());
        (await paused.Create("c")).Expect(200);
        Assert.EndsWith(" c", await other.Uids());
    }

    [TestMethod]
    public async Task A_server_that_leads_later_keeps_the_pause_of_the_queue()
    {
        await using var redis = await RedisServer.Start();
        await using var leader = await FarmServer.StartLeader(redis.Url);
        await using var standby = await FarmServer.Start(redis.Url);
        (await leader.Create("a")).Expect(200);
        (await leader.Client.Send("PATCH", "queue/pause")).Expect(200);
        leader.Process.Kill();
        await standby.Leads();
        Assert.AreEqual("{}", (await standby.Get("jobs/pickup")).Expect(200).Text);
        Assert.IsTrue((await standby.Get("queue")).Json.GetProperty("paused").GetBoolean());
    }

    [TestMethod]
    public async Task A_stream_of_events_ends_with_the_term_of_the_leader()
    {
        await using var redis = await RedisServer.Start();
        await using var leader = await FarmServer.StartLeader(redis.Url);
        await using var standby = await FarmServer.Start(redis.Url);
        await standby.Follows(leader);
        using var watcher = await RawClient.Connect(standby.Port);
        await watcher.Send($"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{standby.Port}\r\nConnection: close\r\n\r\n");
        await watcher.ReadUntil("event: hello");
        Assert.AreEqual(0, await leader.Process.Terminate());
        await watcher.ReadToEnd();
        await standby.Leads();
    }

    [TestMethod]
    public async Task Leaders_that_are_killed_at_random_moments_under_load_lose_nothing_that_was_acknowledged_or_shown()
    {
        const int rounds = 12;
        await using var redis = await RedisServer.Start();
        var ledger = new Ledger();
        var leader = await FarmServer.StartLeader(redis.Url);
        try
        {
            for (var round = 1; round <= rounds; round++)
            {
                var standby = await FarmServer.Start(redis.Url);
                await using (var load = Load.Start(ledger, standby.Port, padding: 1000))
                {
                    // A random moment on purpose: no event announces what the server is doing.
                    await Task.Delay(Random.Shared.Next(5, 500));
                    leader.Process.Kill();
                    await leader.DisposeAsync();
                    leader = standby;
                    await standby.Leads();
                }
                await ledger.Verify(leader.Client, $"after kill {round}");
            }
        }
        finally
        {
            await leader.DisposeAsync();
        }
        Assert.IsGreaterThan(rounds, ledger.AcknowledgedChanges, "The load did not get far enough to prove anything.");
    }

    [TestMethod]
    public async Task A_Redis_that_is_killed_at_random_moments_under_load_loses_nothing_that_was_acknowledged_or_shown()
    {
        const int rounds = 8;
        await using var redis = await RedisServer.Start();
        var ledger = new Ledger();
        await using var server = await FarmServer.StartLeader(redis.Url);
        for (var round = 1; round <= rounds; round++)
        {
            await using (Load.Start(ledger, server.Port, padding: 1000))
            {
                await Task.Delay(Random.Shared.Next(5, 500));
                redis.Kill();
                await redis.Restart();
                await Task.Delay(Random.Shared.Next(5, 500));
            }
            await server.Leads();
            await ledger.Verify(server.Client, $"after kill {round}");
        }
        server.Process.Kill();
        await using var last = await FarmServer.StartLeader(redis.Url);
        await ledger.Verify(last.Client, "at the end");
    }

    [TestMethod]
    public async Task The_first_line_and_the_numbers_say_what_a_change_survives()
    {
        await using var redis = await RedisServer.Start("--appendonly", "yes", "--appendfsync", "everysec");
        await using var server = await FarmServer.StartLeader(redis.Url);
        const string survives = "a crash of Redis, and a power cut but for the last second";
        Assert.Contains(survives, server.Process.Output.Text);
        Assert.AreEqual(survives, (await server.Get("stats")).Json.GetProperty("storage").GetProperty("survives").GetString());
    }

    [TestMethod]
    public async Task The_variables_of_the_original_server_select_Redis()
    {
        await using var redis = await RedisServer.Start();
        var port = Ports.Free();
        var variables = new Dictionary<string, string> { ["NEXRENDER_DATABASE_PROVIDER"] = "redis", ["REDIS_URL"] = redis.Url };
        await using var server = await ServerProcess.Start([$"--port={port}", "--host=127.0.0.1"], variables);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        Assert.IsNotNull(await redis.Send("GET", "nexjob:a"));
    }
}
