using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>The actions of people on a job: cancel, pause, resume.</summary>
[TestClass]
public sealed class ActionTests
{
    private const string NoMoreToCancel = "nothing is left to cancel";
    private const string OnlyQueued = "only a queued job can be paused";
    private const string OnlyPaused = "only a paused job can be resumed";

    [TestMethod]
    [DataRow("cancel", "queued", "error", null)]
    [DataRow("cancel", "waiting", "error", null)]
    [DataRow("cancel", "paused", "error", null)]
    [DataRow("cancel", "picked", "error", null)]
    [DataRow("cancel", "started", "error", null)]
    [DataRow("cancel", "finished", null, "job a is finished; " + NoMoreToCancel)]
    [DataRow("cancel", "error", null, "job a is error; " + NoMoreToCancel)]
    [DataRow("cancel", "cancelled", null, "job a was cancelled before")]
    [DataRow("pause", "queued", "paused", null)]
    [DataRow("pause", "waiting", null, "job a is waiting; " + OnlyQueued)]
    [DataRow("pause", "paused", "paused", null)]
    [DataRow("pause", "picked", null, "job a is picked; " + OnlyQueued)]
    [DataRow("pause", "started", null, "job a is started; " + OnlyQueued)]
    [DataRow("pause", "finished", null, "job a is finished; " + OnlyQueued)]
    [DataRow("pause", "error", null, "job a is error; " + OnlyQueued)]
    [DataRow("resume", "queued", "queued", null)]
    [DataRow("resume", "waiting", null, "job a is waiting; " + OnlyPaused)]
    [DataRow("resume", "paused", "queued", null)]
    [DataRow("resume", "picked", null, "job a is picked; " + OnlyPaused)]
    [DataRow("resume", "started", null, "job a is started; " + OnlyPaused)]
    [DataRow("resume", "finished", null, "job a is finished; " + OnlyPaused)]
    [DataRow("resume", "error", null, "job a is error; " + OnlyPaused)]
    public async Task The_phase_of_a_job_decides_whether_an_action_is_accepted(string action, string phase, string? state, string? refusal)
    {
        await using var farm = await Farm.Start();
        await Phases.Bring(farm, "a", phase);
        var before = await farm.Job("a");
        var answer = (await farm.Act("a", action)).Expect(refusal is null ? 200 : 409);
        if (refusal is not null) Assert.AreEqual(refusal, answer.Text);
        var after = await farm.Job("a");
        Assert.AreEqual(state ?? before.Member("state"), after.Member("state"));
        if (refusal is not null) Assert.AreEqual(before.Text, after.Text);
    }

    [TestMethod]
    public async Task A_cancelled_job_is_marked_and_never_handed_out()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 5, RetryDelay = TimeSpan.Zero });
        await farm.Post("a", "b");
        var answer = (await farm.Act("a", "cancel", """{"reason":"wrong \"text\""}""")).Expect(200);
        Assert.AreEqual(answer.Text, (await farm.Job("a")).Text);
        Assert.AreEqual(("error", "cancelled: wrong \"text\""), (answer.Member("state"), answer.Member("error")));
        Assert.AreEqual(answer.Member("updatedAt"), answer.Member("errorAt"));
        Assert.AreEqual(answer.Member("updatedAt"), answer.Member("cancelledAt"));
        var status = (await farm.Server.Get("jobs/a/status")).Expect(200);
        Assert.AreEqual(("error", "cancelled: wrong \"text\""), (status.Member("state"), status.Member("error")));
        farm.Clock.Advance(TimeSpan.FromDays(1));
        await farm.Worker("w").Render("b");
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
    }

    [TestMethod]
    public async Task The_worker_of_a_cancelled_pickup_is_refused_before_it_renders()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Take("a");
        Assert.DoesNotContain("note", (await farm.Act("a", "cancel")).Expect(200).Names.Split(' '));
        (await worker.Start()).Expect(409, "job a was cancelled");
        Assert.AreEqual("cancelled", (await farm.Job("a")).Member("error"));
        farm.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.AreEqual("error", await farm.State("a"));
    }

    [TestMethod]
    public async Task Reports_on_a_cancelled_render_are_ignored()
    {
        var options = new ListenerOptions { MaxAttempts = 5, RetryDelay = TimeSpan.Zero, Lease = TimeSpan.FromSeconds(60) };
        await using var farm = await Farm.Start(options);
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 10);
        (await worker.RenderError("warned")).Expect(200);
        var answer = (await farm.Act("a", "cancel", """{"reason":"late"}""")).Expect(200);
        Assert.AreEqual("the worker cannot be told: it will finish the render, but its reports will be ignored", answer.Member("note"));
        var job = await farm.Job("a");
        Assert.AreEqual("""["cancelled: late","warned"]""", job.Raw("error"));
        Assert.DoesNotContain("note", job.Names.Split(' '));
        Func<Task<Answer>>[] reports =
        [
            () => worker.Progress(50), () => worker.RenderError("more"), () => worker.Finish(), () => worker.Fail("failed"),
            () => worker.PutBack(),
        ];
        foreach (var report in reports) (await report()).Expect(200);
        farm.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.AreEqual(job.Text, (await farm.Job("a")).Text);
    }

    [TestMethod]
    [DataRow(null, null, 200, "cancelled")]
    [DataRow("", null, 200, "cancelled")]
    [DataRow("", "application/x-www-form-urlencoded", 200, "cancelled")]
    [DataRow("{}", "application/json", 200, "cancelled")]
    [DataRow("{\"reason\":\"\"}", "application/json", 200, "cancelled")]
    [DataRow("{\"reason\":\"Grüße\"}", "application/json; charset=utf-8", 200, "cancelled: Grüße")]
    [DataRow("{\"other\":1}", "application/json", 200, "cancelled")]
    [DataRow("{\"reason\":5}", "application/json", 400, "the reason must be a string")]
    [DataRow("{\"reason\":null}", "application/json", 200, "cancelled")]
    [DataRow("null", "application/json", 200, "cancelled")]
    [DataRow(" [ ] ", "application/json", 200, "cancelled")]
    [DataRow("{ }", "application/json", 200, "cancelled")]
    [DataRow("\"\"", "application/json", 200, "cancelled")]
    [DataRow("{\"reason\":", "application/json", 400, "Invalid JSON")]
    [DataRow("[]", "application/json", 200, "cancelled")]
    [DataRow("[1]", "application/json", 400, "the body must be a JSON object")]
    [DataRow("false", "application/json", 400, "the body must be a JSON object")]
    [DataRow("\"late\"", "application/json", 400, "the body must be a JSON object")]
    [DataRow("{}", "application/x-www-form-urlencoded", 415, "Content-Type: application/json")]
    [DataRow("{}", null, 415, "Content-Type: application/json")]
    public async Task The_body_with_the_reason_is_optional(string? body, string? type, int status, string part)
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        (string, string)[] headers = type is null ? [] : [("Content-Type", type)];
        var answer = await farm.Server.Send("PATCH", "jobs/a/cancel", body is null ? null : Encoding.UTF8.GetBytes(body), headers);
        if (status == 200) Assert.AreEqual(part, answer.Expect(200).Member("error"));
        else answer.Expect(status, part);
        Assert.AreEqual(status == 200 ? "error" : "queued", await farm.State("a"));
    }

    [TestMethod]
    [DataRow("cancel")]
    [DataRow("retry")]
    [DataRow("pause")]
    [DataRow("resume")]
    public async Task Every_action_follows_the_rules_of_routes(string action)
    {
        await using var farm = await Farm.Start();
        (await farm.Act("none", action)).Expect(404, "job not found: none");
        await Phases.Bring(farm, "a", action switch { "retry" => "error", "resume" => "paused", _ => "queued" });
        foreach (var method in new[] { "GET", "HEAD", "PUT", "DELETE", "POST" })
        {
            var body = method is "PUT" or "POST" ? "{}"u8.ToArray() : null;
            var answer = (await farm.Server.Send(method, $"jobs/a/{action}", body, TestClient.JsonContent)).Expect(405);
            Assert.AreEqual("PATCH,OPTIONS", answer.Header("Allow"));
        }

        var preflight = (await farm.Server.Send("OPTIONS", $"jobs/a/{action}")).Expect(200);
        Assert.Contains("PATCH", preflight.Header("Access-Control-Allow-Methods")!);
        (await farm.Server.Send("PATCH", $"jobs/a/{action}/")).Expect(200);
        (await farm.Server.Send("PATCH", $"jobs/a/{action}/more")).Expect(404);
    }

    [TestMethod]
    [DataRow("cancel")]
    [DataRow("retry")]
    [DataRow("pause")]
    [DataRow("resume")]
    public async Task Every_action_requires_the_secret(string action)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s" });
        (await server.Send("PATCH", $"jobs/a/{action}")).Expect(403);
        (await server.Send("PATCH", $"jobs/a/{action}", null, ("nexrender-secret", "s"))).Expect(404);
    }

    [TestMethod]
    public async Task A_paused_job_keeps_its_place_and_is_not_handed_out()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a", "b", "c");
        Assert.AreEqual("paused", (await farm.Act("a", "pause")).Expect(200).Member("state"));
        Assert.AreEqual("paused", (await farm.Server.Get("jobs/a/status")).Member("state"));
        await farm.Worker("w1").Take("b");
        Assert.AreEqual("queued", (await farm.Act("a", "resume")).Expect(200).Member("state"));
        await farm.Worker("w2").Take("a");
        (await farm.Act("c", "pause")).Expect(200);
        farm.Clock.Advance(TimeSpan.FromDays(1));
        Assert.AreEqual("paused", await farm.State("c"));
        (await farm.Edit("c", """{"state":"queued"}""")).Expect(200);
        // The two others were picked, and nobody began.
        foreach (var uid in new[] { "a", "b", "c" }) await farm.Worker($"worker of {uid}").Take(uid);
    }

    [TestMethod]
    public async Task A_job_with_the_uid_of_a_paused_one_is_refused()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        (await farm.Act("a", "pause")).Expect(200);
        (await farm.Server.Post(Some.Job("a"))).Expect(409, "paused");
    }

    [TestMethod]
    public async Task Actions_survive_a_kill()
    {
        using var folder = new TempFolder();
        string before;
        await using (var victim = await Victim.Start(folder.File("database.js")))
        {
            foreach (var uid in new[] { "cancelled", "paused", "resumed", "retried" })
                (await victim.Client.Json("POST", "jobs", Some.Job(uid))).Expect(200);
            (await victim.Client.Json("PATCH", "jobs/cancelled/cancel", """{"reason":"r"}""")).Expect(200);
            (await victim.Client.Send("PATCH", "jobs/paused/pause")).Expect(200);
            (await victim.Client.Send("PATCH", "jobs/resumed/pause")).Expect(200);
            (await victim.Client.Send("PATCH", "jobs/resumed/resume")).Expect(200);
            (await victim.Client.Send("PATCH", "jobs/retried/cancel")).Expect(200);
            (await victim.Client.Send("PATCH", "jobs/retried/retry")).Expect(200);
            before = (await victim.Client.Send("GET", "jobs")).Expect(200).Text;
            victim.Kill();
        }

        await using var next = await Victim.Start(folder.File("database.js"));
        Assert.AreEqual(before, (await next.Client.Send("GET", "jobs")).Expect(200).Text);
        Assert.AreEqual("resumed", (await next.Client.Send("GET", "jobs/pickup")).Member("uid"));
        Assert.AreEqual("retried", (await next.Client.Send("GET", "jobs/pickup")).Member("uid"));
        Assert.AreEqual("{}", (await next.Client.Send("GET", "jobs/pickup")).Text);
    }
}
