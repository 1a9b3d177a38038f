using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>Pickups that are held until a job fits.</summary>
[TestClass]
public sealed class HeldPickupTests
{
    [TestMethod]
    public async Task A_held_pickup_is_answered_when_a_job_comes()
    {
        await using var farm = await Life.Farm.Start();
        var pickup = await Hold(farm);
        await farm.Post("a");
        Assert.AreEqual("a", await Uid(pickup));
        Assert.AreEqual("picked", await farm.State("a"));
        Assert.AreEqual(0, farm.Server.HeldPickups);
    }

    [TestMethod]
    public async Task The_first_that_came_is_served_first()
    {
        await using var farm = await Life.Farm.Start();
        var (first, second, third) = (await Hold(farm), await Hold(farm), await Hold(farm));
        await farm.Post("a");
        Assert.AreEqual("a", await Uid(first));
        await farm.Post("b");
        Assert.AreEqual("b", await Uid(second));
        Assert.IsFalse(third.IsCompleted);
        await farm.Post("c");
        Assert.AreEqual("c", await Uid(third));
    }

    [TestMethod]
    public async Task A_job_goes_to_the_first_whose_tags_fit()
    {
        await using var farm = await Life.Farm.Start();
        var (tagged, any, other) = (await Hold(farm, "/4k,8k"), await Hold(farm), await Hold(farm, "/gpu"));
        await farm.Server.Post(Some.Job("a", "gpu,cheap"));
        Assert.AreEqual("a", await Uid(any));
        await farm.Server.Post(Some.Job("b"));
        await farm.Server.Post(Some.Job("c", "gpu"));
        Assert.AreEqual("c", await Uid(other));
        Assert.IsFalse(tagged.IsCompleted);
        await farm.Server.Post(Some.Job("d", "fast,8k"));
        Assert.AreEqual("d", await Uid(tagged));
        Assert.AreEqual("queued", await farm.State("b"));
    }

    [TestMethod]
    public async Task Without_a_job_it_is_answered_after_the_wait()
    {
        await using var server = await TestServer.Start(new ListenerOptions { PickupWait = TimeSpan.FromMilliseconds(50) });
        foreach (var path in new[] { "pickup", "pickup/4k", "pickup?wait=0.05", "pickup/4k?wait=0.05", "pickup?wait=0" })
            Assert.AreEqual("{}", (await server.Get($"jobs/{path}")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_option_holds_pickups_that_do_not_say_how_long()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { PickupWait = TimeSpan.FromSeconds(45) });
        var held = farm.Server.Get("jobs/pickup");
        await IsHeld(farm, 1);
        Assert.AreEqual("{}", (await farm.Server.Get("jobs/pickup?wait=0")).Expect(200).Text);
        await farm.Post("a");
        Assert.AreEqual("a", await Uid(held));
    }

    [TestMethod]
    [DataRow("-1")]
    [DataRow("45.1")]
    [DataRow("soon")]
    [DataRow("")]
    public async Task Another_wait_is_refused(string wait)
    {
        await using var server = await TestServer.Start();
        (await server.Get($"jobs/pickup?wait={wait}")).Expect(400, "0 to 45");
        (await server.Get($"jobs/pickup/4k?wait={wait}")).Expect(400, "0 to 45");
    }

    [TestMethod]
    public async Task Jobs_that_come_together_are_handed_to_as_many()
    {
        await using var farm = await Life.Farm.Start();
        var pickups = new[] { await Hold(farm), await Hold(farm), await Hold(farm) };
        var last = await Hold(farm);
        (await farm.Server.Post($"[{Some.Job("a")},{Some.Job("b")},{Some.Job("c")}]")).Expect(200);
        CollectionAssert.AreEquivalent(new[] { "a", "b", "c" }, await Task.WhenAll(pickups.Select(Uid)));
        Assert.IsFalse(last.IsCompleted);
        Assert.AreEqual(1, farm.Server.HeldPickups);
    }

    [TestMethod]
    [DataRow("PATCH", "jobs/paused/resume", "paused")]
    [DataRow("PATCH", "jobs/failed/retry", "failed")]
    [DataRow("PATCH", "jobs/resume?states=paused", "paused")]
    [DataRow("PATCH", "jobs/retry?states=error", "failed")]
    public async Task A_job_that_returns_to_the_queue_is_handed_out(string method, string path, string uid)
    {
        await using var farm = await Life.Farm.Start();
        await farm.Server.Post(Some.Job("paused", state: "queued"));
        (await farm.Act("paused", "pause")).Expect(200);
        await farm.Server.Post(Some.Job("failed"));
        await farm.Edit("failed", """{"state":"error"}""");
        var pickup = await Hold(farm);
        (await farm.Server.Send(method, path)).Expect(200);
        Assert.AreEqual(uid, await Uid(pickup));
    }

    [TestMethod]
    public async Task A_job_whose_dependency_finishes_is_handed_out()
    {
        await using var farm = await Life.Farm.Start();
        await farm.Post("first");
        (await farm.Server.Post(Some.Job("second", members: "\"dependsOn\":[\"first\"]"))).Expect(200);
        var worker = await farm.Worker("w").Render("first");
        var pickup = await Hold(farm);
        (await worker.Finish()).Expect(200);
        Assert.AreEqual("second", await Uid(pickup));
    }

    [TestMethod]
    public async Task A_delayed_job_is_handed_out_when_its_time_has_come()
    {
        await using var farm = await Life.Farm.Start();
        var (pickup, tagged) = (await Hold(farm), await Hold(farm, "/4k"));
        await farm.Server.Post(Some.Job("later", "4k", members: "\"notBefore\":\"2026-11-20T08:00:10.000Z\""));
        farm.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.AreEqual(2, farm.Server.HeldPickups);
        farm.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual("later", await Uid(pickup));
        Assert.IsFalse(tagged.IsCompleted);
    }

    [TestMethod]
    public async Task A_job_of_a_lost_worker_is_handed_to_the_next()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { PickedTimeout = TimeSpan.FromMinutes(1) });
        await farm.Post("a");
        await farm.Worker("lost").Take("a");
        var pickup = await Hold(farm);
        farm.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.AreEqual("a", await Uid(pickup));
    }

    [TestMethod]
    public async Task A_failed_job_goes_to_another_worker_than_the_one_that_failed_it()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { MaxAttempts = 2, RetryDelay = TimeSpan.Zero });
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        // A worker with a second process, which therefore asks while it has a job.
        var (own, others) = (await Hold(farm, name: "w"), await Hold(farm, name: "other"));
        (await worker.Fail("broken")).Expect(200);
        Assert.AreEqual("a", await Uid(others));
        Assert.IsFalse(own.IsCompleted);
    }

    [TestMethod]
    public async Task While_the_queue_is_paused_pickups_wait_for_its_resumption()
    {
        await using var farm = await Life.Farm.Start();
        var before = await Hold(farm);
        (await farm.Server.Send("PATCH", "queue/pause")).Expect(200);
        await farm.Post("a", "b");
        var tagged = await Hold(farm, "/4k");
        var after = await Hold(farm);
        Assert.IsFalse(before.IsCompleted);
        var answer = (await farm.Server.Get("jobs/pickup?wait=0.05")).Expect(200);
        Assert.AreEqual("{} paused", $"{answer.Text} {answer.Header("nexrender-queue")}");
        (await farm.Server.Send("PATCH", "queue/resume")).Expect(200);
        CollectionAssert.AreEquivalent(new[] { "a", "b" }, new[] { await Uid(before), await Uid(after) });
        Assert.IsFalse(tagged.IsCompleted);
    }

    [TestMethod]
    [DataRow("PATCH", "workers/w/resume")]
    [DataRow("DELETE", "workers/w")]
    public async Task The_pickup_of_a_paused_worker_gets_no_job_until_that_is_resumed(string method, string path)
    {
        await using var farm = await Life.Farm.Start();
        var paused = await Hold(farm, name: "w");
        var other = await Hold(farm, name: "other");
        (await farm.Server.Send("PATCH", "workers/w/pause")).Expect(200);
        await farm.Post("a", "b");
        Assert.AreEqual("a", await Uid(other));
        Assert.IsFalse(paused.IsCompleted);
        Assert.AreEqual("{}", (await farm.Server.Get("jobs/pickup?wait=0.05", ("nexrender-name", "w"))).Expect(200).Text);
        (await farm.Server.Send(method, path)).Expect(200);
        Assert.AreEqual("b", await Uid(paused));
    }

    [TestMethod]
    public async Task A_worker_is_not_silent_before_the_silence_after_its_held_pickup()
    {
        await using var farm = await Life.Farm.Start();
        var pickup = await Hold(farm, name: "w");
        farm.Clock.Advance(TimeSpan.FromSeconds(80));
        await farm.Post("a");
        Assert.AreEqual("a", await Uid(pickup));
        (await farm.Server.Delete("jobs/a")).Expect(200);
        farm.Clock.Advance(TimeSpan.FromSeconds(80));
        await Eventually.True(
            async () => (await farm.Server.Get("workers/w")).Member("state") == "idle", "the worker without its job is idle");
    }

    [TestMethod]
    public async Task HEAD_is_refused_with_a_wait_too()
    {
        await using var server = await TestServer.Start();
        (await server.Send("HEAD", "jobs/pickup?wait=20")).Expect(405);
    }

    internal static Task<Task<Answer>> Hold(Life.Farm farm, string tags = "", string name = "worker") => Hold(farm.Server, tags, name);

    /// <summary>Sends a pickup and returns its response, to be awaited, once the pickup is held.</summary>
    internal static async Task<Task<Answer>> Hold(TestServer server, string tags = "", string name = "worker")
    {
        var held = server.HeldPickups;
        var answer = server.Get($"jobs/pickup{tags}?wait=45", ("nexrender-name", name));
        await Eventually.True(() => server.HeldPickups == held + 1, "the pickup is held");
        return answer;
    }

    private static Task IsHeld(Life.Farm farm, int count) =>
        Eventually.True(() => farm.Server.HeldPickups == count, $"{count} pickups are held");

    private static async Task<string> Uid(Task<Answer> pickup) => (await pickup).Expect(200).Member("uid");
}
