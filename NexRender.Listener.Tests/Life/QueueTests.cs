using System.Text.Json;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Every way back to the queue keeps the place, clears the attempt and records it in <c>attempts</c>.</summary>
[TestClass]
public sealed class QueueTests
{
    private static readonly string[] Ways =
    [
        "a person's PUT", "an interrupted worker's PUT", "a failed attempt", "retry", "silence after the pickup",
        "silence during the render",
    ];

    public static IEnumerable<object[]> WaysAndOrderings =>
        from way in Ways
        from ordering in new[] { JobOrdering.OldestFirst, JobOrdering.NewestFirst, JobOrdering.Priority }
        select new object[] { way, ordering };

    [TestMethod]
    [DynamicData(nameof(WaysAndOrderings))]
    public async Task A_requeued_job_keeps_its_place(string way, JobOrdering ordering)
    {
        await using var farm = await Farm.Start(OptionsFor(way) with { Ordering = ordering });
        await farm.Post("a", "b", "c");
        var order = ordering == JobOrdering.NewestFirst ? "c b a" : "a b c";
        await Back(farm, order[..1], way);
        Assert.AreEqual("a b c", (await farm.Server.Get("jobs")).Uids);
        foreach (var uid in order.Split(' ')) await farm.Worker($"next to {uid}").Take(uid);
    }

    [TestMethod]
    [DataRow("a person's PUT", "error", """["warned","broken"]""")]
    [DataRow("an interrupted worker's PUT", "interrupted", """["warned"]""")]
    [DataRow("a failed attempt", "error", """["warned","broken"]""")]
    [DataRow("retry", "error", """["warned","broken"]""")]
    [DataRow("silence after the pickup", "picked", """["the worker did not begin within 120 s"]""")]
    [DataRow("silence during the render", "render:dorender", """["warned","no report from the worker for 600 s (lease expired)"]""")]
    public async Task A_requeue_moves_the_attempt_into_attempts(string way, string state, string errors)
    {
        await using var farm = await Farm.Start(OptionsFor(way));
        await farm.Post("a");
        var before = (await farm.Job("a")).Names.Split(' ').Except(["updatedAt"]).ToArray();
        var worker = await Back(farm, "a", way);

        var job = await farm.Job("a");
        Assert.AreEqual("queued", job.Member("state"));
        // What a worker's status object adds beyond its attempt may stay.
        string[] added = ["attempts", "jobCreator", "notBefore", "updatedAt"];
        Assert.AreEqual(string.Join(' ', before), string.Join(' ', job.Names.Split(' ').Except(added)));
        Assert.AreEqual("{}", job.Raw("timings"));

        var attempt = job.Json.GetProperty("attempts").EnumerateArray().Single();
        var isBegun = way != "silence after the pickup";
        var names = string.Join(' ', attempt.EnumerateObject().Select(member => member.Name));
        var expected = isBegun ? "n executor startedAt endedAt state errors" : "n executor endedAt state errors";
        Assert.AreEqual(way == "a failed attempt" ? expected + " retryAt" : expected, names);
        Assert.AreEqual(1, attempt.GetProperty("n").GetInt32());
        Assert.AreEqual("w", attempt.GetProperty("executor").GetString());
        if (isBegun) Assert.AreEqual(worker.StartedAt, attempt.GetProperty("startedAt").GetString());
        Assert.AreEqual(state, attempt.GetProperty("state").GetString());
        Assert.AreEqual(errors, attempt.GetProperty("errors").GetRawText());
        var isEndSaid = state == "error";
        var endedAt = isEndSaid ? "2026-11-20T09:00:00.000Z" : job.Member("updatedAt");
        Assert.AreEqual(endedAt, attempt.GetProperty("endedAt").GetString());
    }

    [TestMethod]
    public async Task A_finished_and_a_cancelled_attempt_are_recorded_as_such()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Finish();
        (await farm.Act("a", "retry")).Expect(200);
        await farm.Worker("w").Render("a");
        (await farm.Act("a", "cancel", """{"reason":"wrong text"}""")).Expect(200);
        var job = (await farm.Act("a", "retry")).Expect(200);
        Assert.AreEqual("1 finished [] / 2 cancelled [\"cancelled: wrong text\"]", Summary(job));
        Assert.DoesNotContain("cancelledAt", job.Names.Split(' '));
    }

    [TestMethod]
    public async Task The_last_ten_attempts_are_kept_and_numbering_continues()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        for (var n = 1; n <= 13; n++)
        {
            await (await farm.Worker("w").Render("a")).Fail($"broken {n}");
            (await farm.Act("a", "retry")).Expect(200);
        }

        var expected = Enumerable.Range(4, 10).Select(n => $"{n} error [\"broken {n}\"]");
        Assert.AreEqual(string.Join(" / ", expected), Summary(await farm.Job("a")));
        await farm.Server.Restart();
        await (await farm.Worker("w").Render("a")).Fail("after the restart");
        Assert.EndsWith("14 error [\"after the restart\"]", Summary((await farm.Act("a", "retry")).Expect(200)));
    }

    [TestMethod]
    [DataRow("picked")]
    [DataRow("started")]
    [DataRow("finished")]
    public async Task Setting_the_state_to_paused_requeues_the_job_as_paused(string phase)
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Take("a");
        if (phase != "picked") (await worker.Start()).Expect(200);
        if (phase == "finished") (await worker.Finish()).Expect(200);
        (await farm.Edit("a", """{"state":"paused"}""")).Expect(200);
        var job = (await farm.Act("a", "resume")).Expect(200);
        Assert.AreEqual("queued", job.Member("state"));
        Assert.AreEqual($"1 {phase} []", Summary(job));
        Assert.DoesNotContain("startedAt", job.Names.Split(' '));
        Assert.DoesNotContain("executor", job.Names.Split(' '));
    }

    [TestMethod]
    public async Task Queueing_a_queued_job_records_no_attempt()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var job = (await farm.Edit("a", """{"state":"queued","priority":3}""")).Expect(200);
        Assert.AreEqual("3", job.Raw("priority"));
        Assert.DoesNotContain("attempts", job.Names.Split(' '));
    }

    private static ListenerOptions OptionsFor(string way) =>
        new() { MaxAttempts = way == "a failed attempt" ? 2 : 1, Lease = TimeSpan.FromMinutes(10) };

    /// <summary>Gives a job to a worker and brings it back into the queue, ready to be handed out.</summary>
    private static async Task<Worker> Back(Farm farm, string uid, string way)
    {
        var worker = await farm.Worker("w").Take(uid);
        if (way != "silence after the pickup")
        {
            (await worker.Start()).Expect(200);
            (await worker.Progress(30)).Expect(200);
            (await worker.RenderError("warned")).Expect(200);
        }

        if (way is "a person's PUT" or "retry" or "a failed attempt") (await worker.Fail("broken")).Expect(200);
        if (way == "a failed attempt") farm.Clock.Advance(TimeSpan.FromSeconds(30));
        if (way == "a person's PUT") (await farm.Edit(uid, """{"state":"queued"}""")).Expect(200);
        if (way == "an interrupted worker's PUT") (await worker.PutBack()).Expect(200);
        if (way == "retry") (await farm.Act(uid, "retry")).Expect(200);
        if (way == "silence after the pickup") farm.Clock.Advance(TimeSpan.FromMinutes(2));
        if (way == "silence during the render") farm.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.AreEqual("queued", await farm.State(uid), way);
        return worker;
    }

    private static string Summary(Answer job) => string.Join(" / ", job.Json.GetProperty("attempts").EnumerateArray().Select(Summary));

    private static string Summary(JsonElement attempt) =>
        $"{attempt.GetProperty("n")} {attempt.GetProperty("state")} {attempt.GetProperty("errors").GetRawText()}";
}
