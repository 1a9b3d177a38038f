using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A job that failed is tried again: by a person, or by itself.</summary>
[TestClass]
public sealed class RetryTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [TestMethod]
    [DataRow("queued", 409)]
    [DataRow("waiting", 409)]
    [DataRow("paused", 409)]
    [DataRow("picked", 409)]
    [DataRow("started", 409)]
    [DataRow("finished", 200)]
    [DataRow("error", 200)]
    [DataRow("cancelled", 200)]
    public async Task Only_a_job_that_has_ended_can_be_retried(string phase, int status)
    {
        await using var farm = await Farm.Start();
        await Phases.Bring(farm, "a", phase);
        var before = await farm.Job("a");
        var answer = (await farm.Act("a", "retry")).Expect(status);
        if (status == 200) Assert.AreEqual("queued", await farm.State("a"));
        else Assert.AreEqual($"job a is {phase}; only a job that is finished, failed or cancelled can be retried", answer.Text);
        if (status != 200) Assert.AreEqual(before.Text, (await farm.Job("a")).Text);
    }

    [TestMethod]
    public async Task By_default_an_error_is_final()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Fail("broken");
        farm.Clock.Advance(TimeSpan.FromDays(1));
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        Assert.AreEqual("error", await farm.State("a"));
    }

    [TestMethod]
    [DataRow(3, null, 3)]
    [DataRow(1, "3", 3)]
    [DataRow(3, "1", 1)]
    [DataRow(3, "2", 2)]
    [DataRow(2, "null", 2)]
    public async Task A_job_is_tried_up_to_its_maximum_of_attempts(int option, string? ofJob, int attempts)
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = option, RetryDelay = TimeSpan.Zero });
        (await farm.Server.Post(Some.Job("a", members: ofJob is null ? null : $"\"maxAttempts\":{ofJob}"))).Expect(200);
        for (var n = 1; n <= attempts; n++)
        {
            Assert.AreEqual("queued", await farm.State("a"));
            (await (await farm.Worker("w").Render("a")).Fail($"broken {n}")).Expect(200);
        }

        var job = await farm.Job("a");
        Assert.AreEqual(("error", $"broken {attempts}"), (job.Member("state"), job.Member("error")));
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("\"0\"")]
    [DataRow("-1")]
    public async Task An_invalid_maxAttempts_is_refused(string value)
    {
        await using var farm = await Farm.Start();
        var job = Some.Job("a", members: $"\"maxAttempts\":{value}");
        (await farm.Server.Post(job)).Expect(400, "job maxAttempts must be a number, 1 or more");
    }

    [TestMethod]
    [DataRow(30, 8, "30 60 120 240 480 900 900")]
    [DataRow(1, 4, "1 2 4")]
    [DataRow(0, 3, "0 0")]
    // A first delay that is longer than the longest replaces it.
    [DataRow(1800, 3, "1800 1800")]
    public async Task The_retry_delay_doubles_up_to_15_minutes(int delay, int attempts, string waits)
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = attempts, RetryDelay = TimeSpan.FromSeconds(delay) });
        await farm.Post("a");
        foreach (var wait in waits.Split(' ').Select(int.Parse))
        {
            await (await farm.Worker("w").Render("a")).Fail("broken");
            if (wait > 0)
            {
                farm.Clock.Advance(TimeSpan.FromSeconds(wait) - Moment);
                Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
                farm.Clock.Advance(Moment);
            }
        }

        await (await farm.Worker("w").Render("a")).Fail("broken");
        Assert.AreEqual("error", await farm.State("a"));
    }

    [TestMethod]
    public async Task The_retry_delay_does_not_overflow_after_many_attempts()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 100, RetryDelay = TimeSpan.FromDays(366) });
        (await farm.Server.Post(Some.Job("a"))).Expect(200);
        (await farm.Edit("a", """{"attempts":[{"n":40,"state":"finished"}]}""")).Expect(200);
        (await (await farm.Worker("w").Render("a")).Fail("broken")).Expect(200);
        Assert.AreEqual("queued", await farm.State("a"));
        farm.Clock.Advance(TimeSpan.FromDays(366));
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task The_submitter_sees_it_queued_and_never_failed()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2 });
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 40);
        (await worker.RenderError("warned")).Expect(200);
        var answer = (await worker.Fail("broken")).Expect(200);
        Assert.AreEqual("queued", answer.Member("state"));
        var status = (await farm.Server.Get("jobs/a/status")).Expect(200);
        Assert.AreEqual("queued", status.Member("state"));
        Assert.AreEqual("0", status.Raw("renderProgress"));
        foreach (var name in new[] { "error", "startedAt", "finishedAt", "errorAt", "jobExecutor" })
            Assert.AreEqual("null", status.Raw(name));
        // What the worker still reports belongs to an attempt that is over.
        (await worker.RenderError("late")).Expect(200);
        (await worker.Fail("broken")).Expect(200);
        Assert.AreEqual(status.Text, (await farm.Server.Get("jobs/a/status")).Text);
    }

    [TestMethod]
    public async Task An_error_that_a_person_sets_on_a_running_job_is_tried_again_too()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2, RetryDelay = TimeSpan.Zero });
        await farm.Post("a");
        await farm.Worker("w").Render("a");
        (await farm.Edit("a", """{"state":"error","error":"by hand"}""")).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual("queued", job.Member("state"));
        Assert.AreEqual("""["by hand"]""", job.Json.GetProperty("attempts")[0].GetProperty("errors").GetRawText());
    }

    [TestMethod]
    public async Task A_person_can_end_the_retry_delay()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2 });
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Fail("broken");
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        (await farm.Edit("a", """{"notBefore":null}""")).Expect(200);
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task A_failed_job_is_withheld_from_the_worker_that_failed_it()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero });
        await farm.Worker("good").PickUp();
        await farm.Post("a", "b");
        await (await farm.Worker("bad").Render("a")).Fail("broken");
        // It gets another job, or none if there is no other.
        await farm.Worker("bad").Render("b");
        Assert.AreEqual("{}", (await farm.Worker("bad").PickUp()).Text);
        await farm.Worker("good").Take("a");
    }

    [TestMethod]
    public async Task The_only_worker_gets_its_failed_job_again()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero });
        await farm.Post("a");
        await (await farm.Worker("only").Render("a")).Fail("broken");
        await farm.Worker("only").Take("a");
    }

    [TestMethod]
    public async Task A_worker_is_the_only_one_if_no_other_has_polled_for_five_minutes()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero });
        await farm.Worker("other").PickUp();
        await farm.Post("a");
        farm.Clock.Advance(TimeSpan.FromMinutes(4));
        await (await farm.Worker("bad").Render("a")).Fail("broken");
        farm.Clock.Advance(TimeSpan.FromSeconds(60) - Moment);
        Assert.AreEqual("{}", (await farm.Worker("bad").PickUp()).Text);
        farm.Clock.Advance(Moment);
        await farm.Worker("bad").Take("a");
    }

    [TestMethod]
    public async Task A_job_is_withheld_for_no_longer_than_five_minutes()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.FromMinutes(1) });
        // Those that the others take instead of it.
        foreach (var n in Enumerable.Range(0, 7)) (await farm.Server.Post(Some.Job($"other-{n}", tags: "common, rare"))).Expect(200);
        (await farm.Server.Post(Some.Job("a", tags: "rare, bad"))).Expect(200);
        await (await farm.Worker("bad").Render("a", tags: "/bad")).Fail("broken");
        // The five minutes begin when it may be handed out; the end of the attempt is by the worker's clock, which may be wrong.
        for (var minutes = 0; minutes < 6; minutes++)
        {
            await farm.Worker("other").Render($"other-{minutes}", tags: "/rare");
            Assert.AreEqual("{}", (await farm.Worker("bad").PickUp("/bad")).Text);
            farm.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await farm.Worker("other").Render("other-6", tags: "/rare");
        Assert.AreEqual("a", (await farm.Worker("bad").PickUp("/bad")).Member("uid"));
    }

    [TestMethod]
    public async Task A_job_retried_by_a_person_is_withheld_too()
    {
        await using var farm = await Farm.Start();
        await farm.Worker("good").PickUp();
        await farm.Post("a");
        await (await farm.Worker("bad").Render("a")).Fail("broken");
        (await farm.Act("a", "retry")).Expect(200);
        Assert.AreEqual("{}", (await farm.Worker("bad").PickUp()).Text);
        await farm.Worker("good").Take("a");
    }

    [TestMethod]
    public async Task The_worker_of_an_attempt_that_did_not_fail_may_have_the_job_again()
    {
        await using var farm = await Farm.Start();
        await farm.Worker("other").PickUp();
        await farm.Post("a");
        (await (await farm.Worker("w").Render("a")).PutBack()).Expect(200);
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task A_withheld_job_keeps_its_place_for_other_workers()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero });
        await farm.Worker("good").PickUp();
        await farm.Post("a", "b", "c");
        await (await farm.Worker("bad").Render("a")).Fail("broken");
        await farm.Worker("good").Render("a");
        await farm.Worker("good").Take("b");
    }

    [TestMethod]
    public async Task The_retry_delay_survives_a_restart()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2 });
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Fail("broken");
        await farm.Server.Restart();
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        farm.Clock.Advance(TimeSpan.FromSeconds(30));
        await farm.Worker("w").Take("a");
    }
}
