using System.Text.Json;
using NexRender.Listener.Tests.Life;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>The list of workers, from the requests that unmodified workers send.</summary>
[TestClass]
public sealed class WorkerListTests
{
    [TestMethod]
    public async Task A_worker_is_listed_from_its_first_pickup_on_with_what_its_headers_tell()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("[]", (await server.Get("workers")).Expect(200).Text);
        (string, string) agent = ("User-Agent", "nexrender-api/1.62.0 nexrender-worker/1.63.3");
        await server.Get("jobs/pickup/4k,gpu", ("nexrender-name", "mac-07"), agent);
        var worker = (await server.Get("workers/mac-07")).Expect(200);
        Assert.AreEqual(
            "name address version state job tags firstSeen lastSeen finished failed expired meanRenderSeconds paused", worker.Names);
        Assert.AreEqual("127.0.0.1", worker.Member("address"));
        Assert.AreEqual("1.63.3", worker.Member("version"));
        Assert.AreEqual("idle", worker.Member("state"));
        Assert.AreEqual("4k,gpu", worker.Member("tags"));
        Assert.AreEqual("null", worker.Raw("job"));
        Assert.AreEqual("null", worker.Raw("meanRenderSeconds"));
        Assert.HasCount(1, (await server.Get("workers")).Json.EnumerateArray());
        (await server.Get("workers/mac-08")).Expect(404, "worker not found: mac-08");
    }

    [TestMethod]
    public async Task A_worker_without_a_name_is_listed_by_its_address()
    {
        await using var server = await TestServer.Start();
        await server.Get("jobs/pickup");
        (await server.Get("workers/127.0.0.1")).Expect(200, "\"tags\":null");
    }

    [TestMethod]
    public async Task A_worker_is_busy_with_its_job_and_its_progress_and_counts_what_it_did()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { MaxAttempts = 2, Lease = TimeSpan.FromMinutes(5) });
        await farm.Post("a", "b", "c");
        var worker = await farm.Worker("w").Take("a");
        await Shows(farm, "w", w => State(w) == "busy" && w.Raw("job") == """{"uid":"a","state":"picked","progress":0}""");
        await worker.Start();
        await worker.Progress(40);
        await Shows(farm, "w", w => w.Raw("job") == """{"uid":"a","state":"render:dorender","progress":40}""");
        (await worker.Finish()).Expect(200);
        await Shows(farm, "w", w => State(w) == "idle" && w.Raw("finished") == "1" && w.Raw("meanRenderSeconds") != "null");
        await worker.Take("b");
        await worker.Start();
        (await worker.Fail("out of memory")).Expect(200);
        await Shows(farm, "w", w => w.Raw("failed") == "1");
        await worker.Take("c");
        await worker.Start();
        farm.Clock.Advance(TimeSpan.FromMinutes(6));
        await Shows(farm, "w", w => w.Raw("expired") == "1" && w.Raw("job") == "null");
    }

    [TestMethod]
    public async Task Workers_that_share_a_name_are_busy_until_their_last_job_has_ended()
    {
        await using var farm = await Life.Farm.Start();
        await farm.Post("a", "b");
        var first = await farm.Worker("w").Take("a");
        await first.Start();
        var second = await farm.Worker("w").Take("b");
        await second.Start();
        await first.Progress(7);
        await Shows(farm, "w", w => w.Raw("job") == """{"uid":"a","state":"render:dorender","progress":7}""");
        (await first.Finish()).Expect(200);
        await Shows(farm, "w", w => State(w) == "busy" && w.Raw("job") == """{"uid":"b","state":"started","progress":0}""");
        (await second.Finish()).Expect(200);
        await Shows(farm, "w", w => State(w) == "idle" && w.Raw("job") == "null");
    }

    [TestMethod]
    public async Task A_worker_that_sends_nothing_for_a_while_is_silent_and_idle_again_with_its_next_request()
    {
        await using var farm = await Life.Farm.Start();
        await farm.Worker("w").PickUp();
        farm.Clock.Advance(TimeSpan.FromSeconds(89));
        Assert.AreEqual("idle", State(await farm.Server.Get("workers/w")));
        farm.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual("silent", State(await farm.Server.Get("workers/w")));
        await farm.Worker("w").PickUp();
        Assert.AreEqual("idle", State(await farm.Server.Get("workers/w")));
    }

    [TestMethod]
    public async Task After_a_restart_the_counts_are_those_that_the_jobs_tell()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { MaxAttempts = 2, RetryDelay = TimeSpan.Zero });
        await farm.Post("a", "b");
        var worker = farm.Worker("w");
        await worker.Take("a");
        await worker.Start();
        await worker.Finish();
        await worker.Take("b");
        await worker.Start();
        await worker.Fail("no");
        await Shows(farm, "w", w => w.Raw("failed") == "1");
        var before = (await farm.Server.Get("workers/w")).Json;
        await farm.Server.Restart();
        var after = (await farm.Server.Get("workers/w")).Expect(200).Json;
        foreach (var name in new[] { "finished", "failed", "expired", "meanRenderSeconds" })
            Assert.AreEqual(before.GetProperty(name).GetRawText(), after.GetProperty(name).GetRawText(), name);
        Assert.AreEqual("silent", after.GetProperty("state").GetString());
    }

    [TestMethod]
    public async Task A_paused_worker_gets_nothing_until_it_is_resumed_also_after_a_restart()
    {
        await using var server = await TestServer.Start();
        (string, string) w = ("nexrender-name", "w"), other = ("nexrender-name", "other");
        (await server.Send("PATCH", "workers/w/pause")).Expect(404);
        await server.Get("jobs/pickup", w);
        (await server.Send("PATCH", "workers/w/pause")).Expect(200, "\"state\":\"paused\"", "\"paused\":true");
        await server.Post(Some.Job("a"));
        await server.Post(Some.Job("b"));
        Assert.AreEqual("{}", (await server.Get("jobs/pickup", w)).Expect(200).Text);
        Assert.AreEqual("a", (await server.Get("jobs/pickup", other)).Member("uid"));
        await server.Restart();
        (await server.Get("workers/w")).Expect(200, "\"paused\":true");
        Assert.AreEqual("{}", (await server.Get("jobs/pickup", w)).Expect(200).Text);
        (await server.Send("PATCH", "workers/w/resume")).Expect(200, "\"paused\":false");
        Assert.AreEqual("b", (await server.Get("jobs/pickup", w)).Member("uid"));
    }

    [TestMethod]
    public async Task A_removed_worker_is_forgotten_with_its_pause()
    {
        await using var server = await TestServer.Start();
        (string, string) w = ("nexrender-name", "w");
        await server.Get("jobs/pickup", w);
        await server.Send("PATCH", "workers/w/pause");
        Assert.AreEqual("""{"name":"w","removed":true}""", (await server.Delete("workers/w")).Expect(200).Text);
        Assert.AreEqual("""{"name":"w","removed":false}""", (await server.Delete("workers/w")).Expect(200).Text);
        (await server.Get("workers/w")).Expect(404);
        await server.Post(Some.Job("a"));
        Assert.AreEqual("a", (await server.Get("jobs/pickup", w)).Member("uid"));
    }

    [TestMethod]
    public async Task A_heartbeat_is_accepted_and_shows_the_worker()
    {
        await using var server = await TestServer.Start();
        var answer = await server.Client.Json("POST", "workers/heartbeat", """{"status":"idle"}""", ("nexrender-name", "fork"));
        Assert.AreEqual("""{"ok":true}""", answer.Expect(200).Text);
        (await server.Get("workers/fork")).Expect(200);
    }

    [TestMethod]
    public async Task At_most_10_000_workers_are_remembered_and_a_busy_one_is_not_forgotten()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        Assert.AreEqual("a", (await server.Get("jobs/pickup", ("nexrender-name", "busy"))).Member("uid"));
        await Parallel.ForAsync(0, 10_050, async (i, _) => (await server.Get("jobs/pickup", ("nexrender-name", $"w{i}"))).Expect(200));
        Assert.HasCount(10_000, (await server.Get("workers")).Json.EnumerateArray());
        (await server.Get("workers/busy")).Expect(200, "\"state\":\"busy\"");
    }

    private static string State(Answer worker) => worker.Expect(200).Member("state");

    private static Task Shows(Life.Farm farm, string name, Func<Answer, bool> condition) =>
        Eventually.True(async () => condition((await farm.Server.Get($"workers/{name}")).Expect(200)), "the worker is shown as it is");
}
