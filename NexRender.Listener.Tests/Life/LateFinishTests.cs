using System.Text.Json.Nodes;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A finished render counts, whenever its report comes.</summary>
[TestClass]
public sealed class LateFinishTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    [TestMethod]
    public async Task A_render_that_finishes_after_its_lease_expired_is_not_rendered_again()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var late = await farm.Worker("late").Render("a", percent: 50);
        farm.Clock.Advance(Lease);
        Assert.AreEqual("queued", await farm.State("a"));
        Assert.AreEqual("finished", (await late.Finish()).Expect(200).Member("state"));
        var job = await farm.Job("a");
        Assert.AreEqual(("finished", "late", late.StartedAt), (job.Member("state"), job.Member("executor"), job.Member("startedAt")));
        Assert.AreEqual("2026-11-20T09:00:00.000Z", job.Member("finishedAt"));
        Assert.AreEqual("null", job.Raw("error"));
        Assert.AreEqual("{}", (await farm.Worker("other").PickUp()).Text);
    }

    [TestMethod]
    [DataRow("queued")]
    [DataRow("paused")]
    [DataRow("picked")]
    [DataRow("running")]
    [DataRow("delayed")]
    public async Task It_ends_the_job_whatever_the_job_does_by_then(string phase)
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease, MaxAttempts = 3 });
        await farm.Post("a");
        var late = await Lose(farm);
        var other = farm.Worker("other");
        if (phase == "paused") (await farm.Act("a", "pause")).Expect(200);
        if (phase is "picked" or "running" or "delayed") await other.Take("a");
        if (phase is "running" or "delayed") (await other.Start()).Expect(200);
        if (phase == "delayed") (await other.Fail("broken")).Expect(200);
        (await late.Finish()).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual(("finished", "late"), (job.Member("state"), job.Member("executor")));
        Assert.IsFalse(job.Json.TryGetProperty("notBefore", out _));
        farm.Clock.Advance(TimeSpan.FromDays(1));
        Assert.AreEqual("{}", (await farm.Worker("third").PickUp()).Text);
    }

    [TestMethod]
    public async Task The_first_to_finish_wins()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var late = await Lose(farm);
        var other = await farm.Worker("other").Render("a", percent: 70);
        (await late.Finish()).Expect(200);
        var finished = await farm.Job("a");
        Assert.AreEqual("other render:dorender", LastAttempt(finished, "executor") + " " + LastAttempt(finished, "state"));
        Assert.Contains("an earlier attempt finished first", LastAttempt(finished, "errors"));
        // The other renders on; nothing that it says counts any more.
        (await other.Progress(80)).Expect(200);
        (await other.RenderError("warned")).Expect(200);
        (await other.PutBack()).Expect(200);
        (await other.Fail("broken")).Expect(200);
        Assert.AreEqual(finished.Text, (await farm.Job("a")).Text);
    }

    [TestMethod]
    public async Task A_worker_that_has_picked_the_job_up_by_then_is_refused_before_it_renders()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var late = await Lose(farm);
        var other = await farm.Worker("other").Take("a");
        (await late.Finish()).Expect(200);
        (await other.Start()).Expect(409, "job a is finished; this worker no longer holds it");
        Assert.AreEqual("late", (await farm.Job("a")).Member("executor"));
    }

    [TestMethod]
    public async Task A_late_error_of_an_attempt_that_is_over_changes_nothing()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var late = await Lose(farm);
        var queued = await farm.Job("a");
        foreach (var report in new[] { late.Fail("broken"), late.RenderError("warned"), late.Progress(99), late.PutBack() })
            (await report).Expect(200);
        Assert.AreEqual(queued.Text, (await farm.Job("a")).Text);
    }

    [TestMethod]
    [DataRow("cancelled")]
    [DataRow("failed")]
    [DataRow("removed")]
    public async Task A_job_that_a_person_or_an_error_has_ended_stays_as_it_is(string phase)
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var late = await Lose(farm);
        if (phase == "cancelled") (await farm.Act("a", "cancel")).Expect(200);
        if (phase == "failed") (await (await farm.Worker("other").Render("a")).Fail("broken")).Expect(200);
        if (phase == "removed") (await farm.Server.Delete("jobs/a")).Expect(200);
        var before = (await farm.Server.Get("jobs")).Text;
        (await late.Finish()).Expect(200);
        Assert.AreEqual(before, (await farm.Server.Get("jobs")).Text);
    }

    [TestMethod]
    public async Task Any_of_the_ten_remembered_attempts_may_finish()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var workers = new List<Worker>();
        for (var n = 1; n <= 11; n++)
        {
            workers.Add(await farm.Worker($"w{n}").Render("a"));
            farm.Clock.Advance(Lease);
        }

        (await workers[0].Finish()).Expect(200);
        Assert.AreEqual("queued", await farm.State("a"), "of the eleventh to last nothing is known");
        (await workers[1].Finish()).Expect(200);
        Assert.AreEqual("finished", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_job_that_is_rendered_once_more_on_purpose_is_not_ended_by_a_repeated_report()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        (await worker.Finish()).Expect(200);
        (await farm.Act("a", "retry")).Expect(200);
        (await worker.Finish()).Expect(200);
        Assert.AreEqual("queued", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_restart_forgets_no_attempt()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        var late = await Lose(farm);
        await farm.Server.Restart();
        (await late.Finish()).Expect(200);
        await farm.Server.Restart();
        Assert.AreEqual("finished", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_whole_job_sent_by_an_old_worker_finishes_it_too()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = Lease });
        await farm.Post("a");
        await farm.Worker("late").Render("a", percent: 50);
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        farm.Clock.Advance(Lease);
        (copy["state"], copy["finishedAt"]) = ("finished", "2026-11-20T09:00:00.000Z");
        (await farm.Edit("a", copy.ToJsonString())).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual(("finished", "late"), (job.Member("state"), job.Member("executor")));
        Assert.AreEqual(1, job.Json.GetProperty("attempts").GetArrayLength());
    }

    /// <summary>A worker renders the next job and is silent until its lease has expired.</summary>
    private static async Task<Worker> Lose(Farm farm)
    {
        var late = await farm.Worker("late").Render("a", percent: 50);
        farm.Clock.Advance(Lease);
        return late;
    }

    private static string LastAttempt(Answer job, string member) =>
        job.Json.GetProperty("attempts").EnumerateArray().Last().GetProperty(member).ToString();
}
