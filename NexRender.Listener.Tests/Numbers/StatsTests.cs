using System.Text.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>The numbers as JSON, after short lives of jobs.</summary>
[TestClass]
public sealed class StatsTests
{
    [TestMethod]
    public async Task An_unused_server_has_all_members()
    {
        await using var farm = await Life.Farm.Start();
        farm.Clock.Advance(TimeSpan.FromSeconds(90));
        var stats = (await farm.Server.Get("stats")).Expect(200);
        const string names = "version startedAt uptimeSeconds jobs queue workers lastHour today hours storage hooks retention watchers";
        Assert.AreEqual(names + " heldPickups role", stats.Names);
        Assert.AreEqual("application/json; charset=utf-8", stats.Header("content-type"));
        Assert.AreEqual("2026-11-20T08:00:00.000Z", stats.Member("startedAt"));
        Assert.AreEqual("90", stats.Raw("uptimeSeconds"));
        Assert.AreEqual("""{"total":0,"byState":{},"rendering":0,"cancelled":0}""", stats.Raw("jobs"));
        const string queue = """{"paused":false,"queued":0,"delayed":0,"waiting":0,"oldestWaitSeconds":null,"tags":[]}""";
        Assert.AreEqual(queue, stats.Raw("queue"));
        Assert.AreEqual("""{"total":0,"idle":0,"busy":0,"silent":0,"paused":0}""", stats.Raw("workers"));
        const string nothing = """{"created":0,"finished":0,"failed":0,"requeued":0,"expired":0,"waitSeconds":{"mean":null,"p95":null},""";
        Assert.AreEqual(nothing + "\"renderSeconds\":{\"mean\":null,\"p95\":null}}", stats.Raw("lastHour"));
        Assert.AreEqual("""{"finished":0,"failed":0}""", stats.Raw("today"));
        Assert.HasCount(24, stats.Json.GetProperty("hours").EnumerateArray());
        var storage = stats.Json.GetProperty("storage");
        Assert.AreEqual(farm.Server.Database, storage.GetProperty("location").GetString());
        Assert.AreEqual("true null", $"{storage.GetProperty("healthy").GetRawText()} {storage.GetProperty("problem").GetRawText()}");
        Assert.IsGreaterThan(0, storage.GetProperty("journalBytes").GetInt64());
        Assert.AreEqual("""{"pending":0,"delivered":0,"failed":0,"dropped":0}""", stats.Raw("hooks"));
        Assert.AreEqual("""{"finished":0,"errors":0,"surplus":0}""", stats.Raw("retention"));
        Assert.AreEqual("0 0 full", $"{stats.Raw("watchers")} {stats.Raw("heldPickups")} {stats.Member("role")}");
    }

    [TestMethod]
    public async Task Changes_of_jobs_are_counted_and_after_a_restart_those_that_the_jobs_tell()
    {
        await using var farm = await Life.Farm.Start(ScriptedLife.Options);
        await ScriptedLife.Run(farm);
        const string counts = """{"created":5,"finished":1,"failed":1,"requeued":1,"expired":1,""";
        await Shows(farm, stats => stats.Raw("lastHour").StartsWith(counts, StringComparison.Ordinal));
        var stats = await farm.Server.Get("stats");
        AssertJobs(stats);
        Assert.AreEqual("""{"total":2,"idle":0,"busy":0,"silent":2,"paused":0}""", stats.Raw("workers"));
        await farm.Server.Restart();
        stats = (await farm.Server.Get("stats")).Expect(200);
        AssertJobs(stats);
        // No job tells that it was put back, or how long it has waited; and nothing remains of the worker that only put one back.
        Assert.AreEqual("""{"total":1,"idle":0,"busy":0,"silent":1,"paused":0}""", stats.Raw("workers"));
        StringAssert.StartsWith(stats.Raw("lastHour"), """{"created":5,"finished":1,"failed":1,"requeued":0,"expired":1,""");
        var render = stats.Json.GetProperty("lastHour").GetProperty("renderSeconds");
        Assert.AreEqual(3600, render.GetProperty("mean").GetDouble(), 1);
    }

    [TestMethod]
    public async Task The_last_hour_ends_and_the_day_begins_at_midnight()
    {
        await using var farm = await Life.Farm.Start(ScriptedLife.Options);
        await ScriptedLife.Run(farm);
        await Shows(farm, stats => stats.Raw("today") == """{"finished":1,"failed":1}""");
        farm.Clock.Advance(TimeSpan.FromHours(2));
        var stats = await farm.Server.Get("stats");
        StringAssert.StartsWith(stats.Raw("lastHour"), """{"created":0,"finished":0,"failed":0,"requeued":0,"expired":0,""");
        Assert.AreEqual("""{"finished":1,"failed":1}""", stats.Raw("today"));
        // From 11:22 to 00:22.
        farm.Clock.Advance(TimeSpan.FromHours(13));
        stats = await farm.Server.Get("stats");
        Assert.AreEqual("""{"finished":0,"failed":0}""", stats.Raw("today"));
        Assert.Contains("""{"hour":"2026-11-20T09:00:00.000Z","finished":1,"failed":1,"created":0}""", stats.Raw("hours"));
    }

    [TestMethod]
    public async Task A_mean_is_exact_and_the_95th_percentile_of_few_values_is_exact_to_a_fifth()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { PickedTimeout = TimeSpan.Zero });
        await PickUpAfter(farm, 30);
        await ShowsWaits(farm, mean: 30, highest: 30);
        await PickUpAfter(farm, 10);
        await PickUpAfter(farm, 200);
        await ShowsWaits(farm, mean: 80, highest: 200);
    }

    [TestMethod]
    public async Task The_queue_is_shown_by_tag()
    {
        await using var farm = await Life.Farm.Start();
        await farm.Server.Post(Some.Job("plain"));
        farm.Clock.Advance(TimeSpan.FromSeconds(10));
        await farm.Server.Post(Some.Job("fast", "4k,gpu"));
        farm.Clock.Advance(TimeSpan.FromSeconds(5));
        const string expected =
            """{"paused":false,"queued":2,"delayed":0,"waiting":0,"oldestWaitSeconds":15"""
            + ""","tags":[{"tag":"","queued":1,"oldestWaitSeconds":15},"""
            + """{"tag":"4k","queued":1,"oldestWaitSeconds":5},{"tag":"gpu","queued":1,"oldestWaitSeconds":5}]}""";
        await Shows(farm, stats => stats.Raw("queue") == expected);
    }

    [TestMethod]
    public async Task A_state_of_any_name_is_a_member()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        (await server.Put("jobs/a", """{"state":"my \"own\"\nstate"}""")).Expect(200);
        await Eventually.True(
            async () => (await server.Get("stats")).Raw("jobs").Contains("""{"my \"own\"\nstate":1}"""), "the state is shown");
    }

    [TestMethod]
    public async Task It_needs_the_secret_and_answers_HEAD_and_no_other_method()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret", OpenMetrics = true });
        (await server.Get("stats")).Expect(403);
        var head = (await server.Send("HEAD", "stats", null, ("nexrender-secret", "s3cret"))).Expect(200);
        Assert.IsEmpty(head.Body);
        (await server.Send("DELETE", "stats", null, ("nexrender-secret", "s3cret"))).Expect(405);
    }

    private static void AssertJobs(Answer stats)
    {
        Assert.AreEqual("""{"total":5,"byState":{"error":1,"finished":1,"queued":3},"rendering":0,"cancelled":1}""", stats.Raw("jobs"));
        Assert.AreEqual("""{"finished":1,"failed":1}""", stats.Raw("today"));
        Assert.Contains("\"queued\":3,\"delayed\":1,", stats.Raw("queue"));
        Assert.Contains("""{"hour":"2026-11-20T08:00:00.000Z","finished":0,"failed":0,"created":5}""", stats.Raw("hours"));
        StringAssert.EndsWith(stats.Raw("hours"), """{"hour":"2026-11-20T09:00:00.000Z","finished":1,"failed":1,"created":0}]""");
    }

    private static async Task PickUpAfter(Life.Farm farm, int seconds)
    {
        var uid = $"waits-{seconds}";
        await farm.Post(uid);
        farm.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await farm.Worker($"w{seconds}").Take(uid);
    }

    private static Task ShowsWaits(Life.Farm farm, double mean, double highest) => Shows(farm, stats =>
    {
        var waits = stats.Json.GetProperty("lastHour").GetProperty("waitSeconds");
        return waits.GetProperty("mean") is { ValueKind: JsonValueKind.Number } shown && Math.Abs(shown.GetDouble() - mean) < 0.001
            && waits.GetProperty("p95").GetDouble() is var p95 && p95 > highest / 1.2 && p95 < highest * 1.2;
    });

    private static Task Shows(Life.Farm farm, Func<Answer, bool> isShown) =>
        Eventually.True(async () => isShown((await farm.Server.Get("stats")).Expect(200)), "the numbers are shown");
}
