using System.Text.Json.Nodes;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Reports beyond the table: messages of refusals, server-owned members, progress, errors, and scripts.</summary>
[TestClass]
public sealed class ReportTests
{
    [TestMethod]
    public async Task A_worker_that_begins_too_late_is_refused_with_the_name_of_the_holder()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var lost = await farm.Worker("lost").Take("a");
        (await farm.Edit("a", """{"state":"queued"}""")).Expect(200);
        Assert.AreEqual("job a is queued; this worker no longer holds it", (await lost.Start()).Expect(409).Text);
        var holder = await farm.Worker("render-7").Take("a");
        Assert.AreEqual("job a is held by render-7", (await lost.Start()).Expect(409).Text);
        (await holder.Start()).Expect(200);
        Assert.AreEqual("job a is held by render-7", (await lost.Start()).Expect(409).Text);
        (await farm.Act("a", "cancel")).Expect(200);
        Assert.AreEqual("job a was cancelled", (await lost.Start()).Expect(409).Text);
        (await farm.Server.Delete("jobs/a")).Expect(200);
        Assert.AreEqual("job a was removed", (await lost.Start()).Expect(409).Text);
    }

    [TestMethod]
    public async Task A_workers_old_copy_does_not_overwrite_members_of_the_server()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await (await farm.Worker("first").Render("a")).Fail("broken");
        (await farm.Act("a", "retry")).Expect(200);
        await farm.Worker("second").Take("a");
        var picked = await farm.Job("a");
        var stale = JsonNode.Parse(picked.Text)!.AsObject();
        (stale["state"], stale["startedAt"]) = ("started", "2026-11-20T10:00:00.000Z");
        (stale["creator"], stale["createdAt"], stale["attempts"]) = ("somebody", "1999-01-01T00:00:00.000Z", new JsonArray());
        var started = (await farm.Edit("a", stale.ToJsonString())).Expect(200);
        Assert.AreEqual("started", started.Member("state"));
        foreach (var name in new[] { "uid", "creator", "createdAt", "executor", "attempts" })
            Assert.AreEqual(picked.Raw(name), started.Raw(name));
    }

    [TestMethod]
    public async Task Progress_never_decreases_within_an_attempt()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 40);
        (int, string, string)[] reports = [(60, "60", "s1"), (41, "60", "s1"), (60, "60", "s3"), (0, "60", "s3"), (99, "99", "s5")];
        foreach (var (sent, kept, state) in reports)
        {
            (await worker.Progress(sent, state: state == "s1" && sent == 41 ? "s2" : sent == 0 ? "s4" : state)).Expect(200);
            var job = await farm.Job("a");
            Assert.AreEqual((kept, state), (job.Raw("renderProgress"), job.Member("state")));
        }
    }

    [TestMethod]
    public async Task A_final_report_with_less_progress_still_ends_the_attempt()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        (await farm.Worker("w").PickUp()).Expect(200, "{}");
        (await worker.Progress(90)).Expect(200);
        (await worker.Progress(80)).Expect(200);
        (await worker.Finish()).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual(("finished", "90"), (job.Member("state"), job.Raw("renderProgress")));
        Assert.AreEqual("2026-11-20T09:00:00.000Z", job.Member("finishedAt"));
    }

    [TestMethod]
    public async Task The_next_attempt_begins_with_no_progress()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var first = await farm.Worker("w").Render("a", percent: 80);
        (await first.PutBack()).Expect(200);
        await farm.Worker("w").Render("a", percent: 3);
        Assert.AreEqual("3", (await farm.Job("a")).Raw("renderProgress"));
    }

    [TestMethod]
    public async Task Every_error_text_is_kept_once()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        (await worker.RenderError("one")).Expect(200);
        Assert.AreEqual("\"one\"", (await farm.Job("a")).Raw("error"));
        (await worker.RenderError("two")).Expect(200);
        Assert.AreEqual("""["one","two"]""", (await farm.Job("a")).Raw("error"));
        // Reports overtake each other, and most bring no error.
        (await worker.RenderError("one")).Expect(200);
        (await worker.Progress(50)).Expect(200);
        Assert.AreEqual("""["one","two"]""", (await farm.Job("a")).Raw("error"));
        (await worker.Fail("three")).Expect(200);
        Assert.AreEqual("""["one","two","three"]""", (await farm.Job("a")).Raw("error"));
        (await worker.RenderError("late")).Expect(200);
        (await worker.Progress(60)).Expect(200);
        (await worker.Finish()).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual(("error", """["one","two","three","late"]"""), (job.Member("state"), job.Raw("error")));
        Assert.AreEqual("one\n\ntwo\n\nthree\n\nlate", (await farm.Server.Get("jobs/a/status")).Member("error"));
    }

    [TestMethod]
    public async Task An_error_text_that_repeats_earlier_ones_replaces_them()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        (await worker.RenderError("one")).Expect(200);
        (await worker.RenderError("one\n\ntwo")).Expect(200);
        Assert.AreEqual("\"one\\n\\ntwo\"", (await farm.Job("a")).Raw("error"));
    }

    [TestMethod]
    [DataRow("queued", "queued")]
    [DataRow("picked", "started")]
    [DataRow("picked", "finished")]
    [DataRow("running", "picked")]
    [DataRow("running", "finished")]
    [DataRow("finished", "started")]
    [DataRow("finished", "error")]
    [DataRow("queued", "anything")]
    public async Task An_edit_without_a_token_may_set_any_state(string phase, string state)
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = farm.Worker("w");
        if (phase != "queued") await worker.Take("a");
        if (phase is "running" or "finished") (await worker.Start()).Expect(200);
        if (phase == "finished") (await worker.Finish()).Expect(200);
        (await farm.Edit("a", $$"""{"state":"{{state}}","note":"by hand"}""")).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual((state, "by hand"), (job.Member("state"), job.Member("note")));
    }

    [TestMethod]
    [DataRow("failed")]
    [DataRow("finished")]
    [DataRow("running")]
    [DataRow("picked")]
    [DataRow("cancelled")]
    [DataRow("cancelled before it began")]
    public async Task A_script_may_put_back_the_whole_job_that_it_read(string phase)
    {
        await using var farm = await Farm.Start();
        await farm.Post("a", "b");
        var worker = await farm.Worker("w").Take("a");
        if (phase is not ("picked" or "cancelled before it began")) (await worker.Start()).Expect(200);
        if (phase == "failed") (await worker.Fail("broken")).Expect(200);
        if (phase == "finished") (await worker.Finish()).Expect(200);
        if (phase.StartsWith("cancelled", StringComparison.Ordinal)) (await farm.Act("a", "cancel")).Expect(200);
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        (copy["state"], copy["note"]) = ("queued", "again");
        var job = (await farm.Edit("a", copy.ToJsonString())).Expect(200);
        Assert.AreEqual(("queued", "again"), (job.Member("state"), job.Member("note")));
        foreach (var name in new[] { "startedAt", "finishedAt", "error", "errorAt", "executor", "cancelledAt" })
            Assert.DoesNotContain(name, job.Names.Split(' '));
        await farm.Worker("other").Take("a");
    }

    [TestMethod]
    public async Task A_script_with_an_old_copy_does_not_take_a_job_from_its_next_worker()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await (await farm.Worker("first").Render("a")).Fail("broken");
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        copy["state"] = "queued";
        (await farm.Act("a", "retry")).Expect(200);
        var second = await farm.Worker("second").Render("a");
        (await farm.Edit("a", copy.ToJsonString())).Expect(200);
        Assert.AreEqual("started", await farm.State("a"));
        (await second.Finish()).Expect(200);
        Assert.AreEqual("finished", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_script_may_add_to_a_job_that_has_ended()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Finish();
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        copy["billed"] = true;
        Assert.AreEqual("true", (await farm.Edit("a", copy.ToJsonString())).Expect(200).Raw("billed"));
        Assert.AreEqual("finished", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_script_with_a_copy_from_during_the_render_does_not_wake_a_finished_job()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 30);
        var copy = await farm.Job("a");
        (await worker.Progress(60)).Expect(200);
        (await farm.Edit("a", copy.Text)).Expect(200);
        Assert.AreEqual("60", (await farm.Job("a")).Raw("renderProgress"));
        (await worker.Finish()).Expect(200);
        (await farm.Edit("a", copy.Text)).Expect(200);
        Assert.AreEqual("finished", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_script_may_change_a_queued_job_that_still_has_a_token()
    {
        // As the original leaves a job that was requeued.
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", members: "\"startedAt\":\"2026-11-01T00:00:00.000Z\""))).Expect(200);
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        copy["priority"] = 9;
        Assert.AreEqual("9", (await farm.Edit("a", copy.ToJsonString())).Expect(200).Raw("priority"));
    }

    [TestMethod]
    public async Task A_token_copied_from_an_old_job_does_not_name_the_current_attempt()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2 });
        await farm.Post("a");
        await (await farm.Worker("w").Render("a", percent: 100)).Fail("broken");
        farm.Clock.Advance(TimeSpan.FromMinutes(1));
        await (await farm.Worker("w").Render("a", percent: 100)).Fail("broken");
        (await farm.Act("a", "cancel")).Expect(409);
        var text = (await farm.Job("a")).Text[..^1] + ",\"cancelledAt\":\"2026-11-20T08:00:00.000Z\"}";
        (await farm.Server.Delete("jobs/a")).Expect(200);
        (await farm.Server.Post(text)).Expect(200);

        var worker = await farm.Worker("w").Render("a", percent: 7);
        var job = await farm.Job("a");
        Assert.AreEqual(("render:dorender", "7"), (job.Member("state"), job.Raw("renderProgress")));
        (await worker.Fail("broken again")).Expect(200);
        Assert.AreEqual("queued", await farm.State("a"));
    }
}
