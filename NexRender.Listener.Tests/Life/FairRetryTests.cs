using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A retry waits for another worker only if there is one, and for no longer than a person wants.</summary>
[TestClass]
public sealed class FairRetryTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static ListenerOptions ThreeAttempts => new() { MaxAttempts = 3, RetryDelay = TimeSpan.Zero };

    [TestMethod]
    [DataRow("gpu", "/4k", false)]
    [DataRow("gpu", "/gpu", true)]
    [DataRow("gpu", "/4k,gpu", true)]
    [DataRow("gpu", "", true)]
    [DataRow("gpu,4k", "/4k", true)]
    [DataRow("", "/4k", false)]
    [DataRow("", "", true)]
    public async Task The_job_waits_only_for_a_worker_that_asks_for_its_tags(string tags, string otherAsksFor, bool waits)
    {
        await using var farm = await Farm.Start(ThreeAttempts);
        await farm.Worker("other").PickUp(otherAsksFor);
        (await farm.Server.Post(Some.Job("a", tags: tags))).Expect(200);
        await (await farm.Worker("bad").Render("a")).Fail("broken");
        Assert.AreEqual(waits ? "{}" : "a", Uid(await farm.Worker("bad").PickUp()));
    }

    [TestMethod]
    [DataRow("2001-01-01T00:00:00.000Z")]
    [DataRow("2031-01-01T00:00:00.000Z")]
    public async Task The_five_minutes_are_counted_by_the_clock_of_the_server(string errorAt)
    {
        await using var farm = await Farm.Start(ThreeAttempts);
        await farm.Worker("other").PickUp();
        await farm.Post("a");
        var bad = await farm.Worker("bad").Render("a");
        var report = $$"""{"state":"error","error":"broken","startedAt":"{{bad.StartedAt}}","errorAt":"{{errorAt}}"}""";
        (await farm.Edit("a", report)).Expect(200);
        Assert.AreEqual("queued", await farm.State("a"));
        farm.Clock.Advance(TimeSpan.FromMinutes(5) - Moment);
        // The other worker is still about, and takes nothing.
        await farm.Worker("other").PickUp("/rare");
        Assert.AreEqual("{}", Uid(await farm.Worker("bad").PickUp()));
        farm.Clock.Advance(Moment);
        Assert.AreEqual("a", Uid(await farm.Worker("bad").PickUp()));
    }

    [TestMethod]
    [DataRow(10, "30 s: the delay of the retry is the later one")]
    [DataRow(60, "60 s: the time of the person is the later one")]
    public async Task Of_the_time_of_a_person_and_the_delay_of_the_retry_the_later_one_counts(int seconds, string reason)
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.FromSeconds(30) });
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        var notBefore = farm.Clock.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
        (await farm.Edit("a", $$"""{"notBefore":"{{notBefore}}"}""")).Expect(200);
        (await worker.Fail("broken")).Expect(200);
        Assert.AreEqual(notBefore, (await farm.Job("a")).Member("notBefore"), "what a person set stays");
        farm.Clock.Advance(TimeSpan.FromSeconds(Math.Max(30, seconds)) - Moment);
        Assert.AreEqual("{}", Uid(await farm.Worker("w").PickUp()), reason);
        farm.Clock.Advance(Moment);
        Assert.AreEqual("a", Uid(await farm.Worker("w").PickUp()), reason);
    }

    [TestMethod]
    public async Task A_retry_by_a_person_after_the_last_attempt_grants_the_full_number_again()
    {
        await using var farm = await Farm.Start(ThreeAttempts);
        await farm.Post("a");
        for (var n = 1; n <= 3; n++) await (await farm.Worker("w").Render("a")).Fail($"broken {n}");
        Assert.AreEqual("error", await farm.State("a"));
        (await farm.Act("a", "retry")).Expect(200);
        for (var n = 4; n <= 6; n++)
        {
            Assert.AreEqual("queued", await farm.State("a"), $"before attempt {n}");
            await (await farm.Worker("w").Render("a")).Fail($"broken {n}");
        }

        var job = await farm.Job("a");
        Assert.AreEqual(("error", "broken 6"), (job.Member("state"), job.Member("error")));
        var numbers = job.Json.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("n").GetInt32());
        Assert.AreSequenceEqual([1, 2, 3, 4, 5], numbers.ToArray());
    }

    [TestMethod]
    public async Task A_worker_that_finds_only_delayed_jobs_learns_when_to_come_back()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.FromSeconds(30) });
        Assert.IsNull((await farm.Worker("w").PickUp()).Header("Retry-After"), "there is no job at all");
        (await farm.Server.Post(Some.Job("later", members: "\"notBefore\":\"2026-11-20T08:10:00.500Z\""))).Expect(200);
        Assert.AreEqual("601", (await farm.Worker("w").PickUp()).Header("Retry-After"));
        (await farm.Server.Post(Some.Job("a", tags: "gpu"))).Expect(200);
        await (await farm.Worker("w").Render("a", tags: "/gpu")).Fail("broken");
        Assert.AreEqual("30", (await farm.Worker("w").PickUp()).Header("Retry-After"));
        Assert.AreEqual("30", (await farm.Worker("w").PickUp("/gpu")).Header("Retry-After"));
        Assert.IsNull((await farm.Worker("w").PickUp("/other")).Header("Retry-After"), "no job with this tag waits");
        farm.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsNull((await farm.Worker("w").PickUp("/gpu")).Header("Retry-After"), "a job was handed out");
    }

    [TestMethod]
    public async Task The_status_says_why_a_job_waits()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.FromSeconds(30) });
        await farm.Post("a");
        Assert.IsFalse((await farm.Server.Get("jobs/a/status")).Json.TryGetProperty("notBefore", out _));
        await (await farm.Worker("w").Render("a")).Fail("no such layer");
        var status = await farm.Server.Get("jobs/a/status");
        Assert.AreEqual("2026-11-20T08:00:30.000Z", status.Member("notBefore"));
        Assert.AreEqual(("2", "3", "no such layer"), (status.Raw("attempt"), status.Raw("maxAttempts"), status.Member("lastError")));
        farm.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsFalse((await farm.Server.Get("jobs/a/status")).Json.TryGetProperty("notBefore", out _));
    }

    private static string Uid(Answer answer) => answer.Text == "{}" ? "{}" : answer.Member("uid");
}
