using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A worker that goes silent loses its job in time, and only then.</summary>
[TestClass]
public sealed class LeaseTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [TestMethod]
    [DataRow(null, 120)]
    [DataRow(30, 30)]
    [DataRow(86_400, 86_400)]
    public async Task A_picked_job_is_requeued_if_its_worker_does_not_begin_in_time(int? option, int seconds)
    {
        await using var farm = await Farm.Start(
            option is { } given ? new ListenerOptions { PickedTimeout = TimeSpan.FromSeconds(given) } : null);
        await farm.Post("a");
        await farm.Worker("w").Take("a");
        farm.Clock.Advance(TimeSpan.FromSeconds(seconds) - Moment);
        Assert.AreEqual("picked", await farm.State("a"));
        farm.Clock.Advance(Moment);
        Assert.AreEqual("queued", await farm.State("a"));
    }

    [TestMethod]
    public async Task A_picked_timeout_of_0_disables_it()
    {
        await using var farm = await Farm.Start(new ListenerOptions { PickedTimeout = TimeSpan.Zero });
        await farm.Post("a");
        await farm.Worker("w").Take("a");
        farm.Clock.Advance(TimeSpan.FromDays(1000));
        Assert.AreEqual("picked", await farm.State("a"));
    }

    [TestMethod]
    public async Task Without_a_lease_a_worker_may_be_silent_indefinitely()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 10);
        farm.Clock.Advance(TimeSpan.FromDays(1000));
        Assert.AreEqual("render:dorender", await farm.State("a"));
        (await worker.Finish()).Expect(200);
    }

    [TestMethod]
    [DataRow(600, null, 600)]
    [DataRow(600, "60", 60)]
    [DataRow(60, "600", 600)]
    [DataRow(0, "60", 60)]
    [DataRow(60, "1.5", 1.5)]
    [DataRow(60, "0", 0)]
    [DataRow(60, "null", 60)]
    public async Task A_rendering_job_is_requeued_when_its_lease_expires(int option, string? ofJob, double seconds)
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(option) });
        (await farm.Server.Post(Some.Job("a", members: ofJob is null ? null : $"\"lease\":{ofJob}"))).Expect(200);
        await farm.Worker("w").Render("a", percent: 10);
        farm.Clock.Advance(seconds > 0 ? TimeSpan.FromSeconds(seconds) - Moment : TimeSpan.FromDays(1000));
        Assert.AreEqual("render:dorender", await farm.State("a"));
        farm.Clock.Advance(Moment);
        Assert.AreEqual(seconds > 0 ? "queued" : "render:dorender", await farm.State("a"));
    }

    [TestMethod]
    [DataRow("\"-60\"")]
    [DataRow("-1")]
    [DataRow("31536001")]
    public async Task An_invalid_lease_is_refused(string lease)
    {
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", members: $"\"lease\":{lease}"))).Expect(400, "job lease must be a number of seconds");
        await farm.Post("b");
        (await farm.Edit("b", $$"""{"lease":{{lease}}}""")).Expect(400, "job lease must be a number of seconds");
    }

    [TestMethod]
    public async Task A_new_lease_counts_from_the_moment_it_is_set()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await farm.Worker("w").Render("a");
        farm.Clock.Advance(TimeSpan.FromHours(1));
        (await farm.Edit("a", """{"lease":60}""")).Expect(200);
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual("started", await farm.State("a"));
        farm.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual("queued", await farm.State("a"));
    }

    [TestMethod]
    public async Task Every_report_of_the_worker_renews_its_lease()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        Func<Task<Answer>>[] reports =
        [
            () => worker.Progress(50), () => worker.Progress(50), () => worker.Progress(40),
            () => worker.RenderError("warned"), () => worker.RenderError("warned"),
        ];
        foreach (var report in reports)
        {
            farm.Clock.Advance(TimeSpan.FromSeconds(59));
            (await report()).Expect(200);
        }

        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual("render:dorender", await farm.State("a"));
        farm.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual("queued", await farm.State("a"));
    }

    [TestMethod]
    public async Task Reports_of_other_attempts_do_not_renew_the_lease()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a");
        var lost = await farm.Worker("lost").Render("a");
        (await farm.Edit("a", """{"state":"queued"}""")).Expect(200);
        await farm.Worker("holder").Render("a");
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        (await lost.Progress(99)).Expect(200);
        (await lost.RenderError("late")).Expect(200);
        (await lost.Fail("late")).Expect(200);
        (await lost.Start()).Expect(409);
        (await farm.Act("a", "retry")).Expect(409);
        (await farm.Server.Get("jobs/a/status")).Expect(200);
        farm.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual("queued", await farm.State("a"));
    }

    [TestMethod]
    public async Task All_deadlines_restart_with_the_server()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a", "b");
        var running = await farm.Worker("w1").Render("a");
        await farm.Worker("w2").Take("b");
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        await farm.Server.Stop();
        farm.Clock.Advance(TimeSpan.FromHours(10));
        await farm.Server.Restart();
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual("started picked", $"{await farm.State("a")} {await farm.State("b")}");
        (await running.Progress(1)).Expect(200);
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual("render:dorender picked", $"{await farm.State("a")} {await farm.State("b")}");
        farm.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual("queued queued", $"{await farm.State("a")} {await farm.State("b")}");
    }

    [TestMethod]
    public async Task Setting_the_clock_neither_expires_nor_extends_a_lease()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a", "b");
        await farm.Worker("w").Render("a");
        await farm.Worker("w").Take("b");
        foreach (var year in new[] { 2031, 2001 })
        {
            farm.Clock.SetTimeOfDay(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero));
            Assert.AreEqual("started picked", $"{await farm.State("a")} {await farm.State("b")}");
        }

        farm.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.AreEqual("queued picked", $"{await farm.State("a")} {await farm.State("b")}");
        farm.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.AreEqual("queued", await farm.State("b"));
    }

    [TestMethod]
    public async Task A_worker_that_wakes_up_late_no_longer_holds_its_job()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var late = await farm.Worker("late").Take("a");
        farm.Clock.Advance(TimeSpan.FromMinutes(2));
        (await late.Start()).Expect(409, "job a is queued; this worker no longer holds it");
        var holder = await farm.Worker("holder").Take("a");
        (await late.Start()).Expect(409, "job a is held by holder");
        (await holder.Start()).Expect(200);
        (await late.Finish()).Expect(200);
        Assert.AreEqual("started", await farm.State("a"));
        (await holder.Finish()).Expect(200);
        Assert.AreEqual("1 picked", Attempts(await farm.Job("a")));
    }

    [TestMethod]
    public async Task A_job_whose_workers_all_die_fails_after_its_last_attempt()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2, Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a");
        await farm.Worker("w").Render("a");
        farm.Clock.Advance(TimeSpan.FromSeconds(60));
        await (await farm.Worker("w").Render("a")).RenderError("warned");
        farm.Clock.Advance(TimeSpan.FromSeconds(60));
        var job = await farm.Job("a");
        Assert.AreEqual("error", job.Member("state"));
        Assert.AreEqual("""["warned","no report from the worker for 60 s (lease expired)"]""", job.Raw("error"));
        Assert.AreEqual(job.Member("updatedAt"), job.Member("errorAt"));
        Assert.AreEqual("1 started", Attempts(job));
    }

    [TestMethod]
    public async Task A_job_that_was_never_started_never_fails()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2 });
        await farm.Post("a");
        for (var n = 1; n <= 5; n++)
        {
            await farm.Worker("w").Take("a");
            farm.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.AreEqual("queued", await farm.State("a"));
        }

        Assert.AreEqual("1 picked, 2 picked, 3 picked, 4 picked, 5 picked", Attempts(await farm.Job("a")));
    }

    [TestMethod]
    public async Task Many_leases_that_expire_at_once_are_all_requeued()
    {
        await using var farm = await Farm.Start();
        var uids = Enumerable.Range(0, 600).Select(n => $"job-{n}").ToArray();
        await Task.WhenAll(uids.Select(uid => farm.Post(uid)));
        await Task.WhenAll(uids.Select(_ => farm.Worker("w").PickUp()));
        farm.Clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.True(
            async () => (await farm.Server.Get("jobs")).Json.EnumerateArray().All(job => job.GetProperty("state").GetString() == "queued"),
            "all are queued again");
    }

    [TestMethod]
    public async Task A_disk_failure_during_expiry_leaves_the_job_with_its_worker()
    {
        var disk = new GatedDisk();
        var storage = new StorageOptions { Disk = disk, RetryInterval = Moment };
        await using var farm = await Farm.Start(new ListenerOptions { Storage = storage });
        await farm.Post("a");
        var holder = await farm.Worker("holder").Take("a");
        disk.Close();
        farm.Clock.Advance(TimeSpan.FromMinutes(2));
        await disk.Held;
        // It is asked for just now: whoever gets it must not get it for something that is taken back.
        var other = farm.Server.Get("jobs/pickup", ("nexrender-name", "other"));
        disk.Open(new IOException("broken"));
        if ((await other).Status == 200) Assert.AreEqual("{}", (await other).Text);
        await Eventually.True(async () => (await farm.Server.Get("health/ready")).Status == 200, "the disk works again");
        Assert.AreEqual("picked", await farm.State("a"));
        (await holder.Start()).Expect(200);
        (await holder.Finish()).Expect(200);
    }

    [TestMethod]
    public async Task No_worker_loses_its_job_while_the_disk_is_broken()
    {
        var disk = new BrokenDisk();
        var storage = new StorageOptions { Disk = disk, RetryInterval = Moment };
        await using var farm = await Farm.Start(new ListenerOptions { Storage = storage, Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a", "b");
        var reporting = await farm.Worker("w1").Render("a");
        await farm.Worker("w2").Take("b");
        disk.IsBroken = true;
        for (var times = 1; times <= 3; times++)
        {
            farm.Clock.Advance(TimeSpan.FromSeconds(59));
            (await reporting.Progress(times)).Expect(503);
        }

        disk.IsBroken = false;
        await Eventually.True(async () => (await farm.Server.Get("health/ready")).Status == 200, "the disk works again");
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreEqual("started picked", $"{await farm.State("a")} {await farm.State("b")}");
        farm.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.AreEqual("queued queued", $"{await farm.State("a")} {await farm.State("b")}");
    }

    [TestMethod]
    public async Task The_log_names_the_job_and_the_worker_that_lost_it()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start(
            [$"--port={port}", $"--database={folder.File("jobs.js")}", "--picked-timeout=10ms", "--lease=10ms"]);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await client.Send("GET", "jobs/pickup")).Expect(200);
        await server.Output.Line("Z expired after picked: a, held by 127.0.0.1: the worker did not begin within 0.01 s; queued again$");
    }

    private static string Attempts(Answer job) => string.Join(", ", job.Json.GetProperty("attempts").EnumerateArray()
        .Select(attempt => $"{attempt.GetProperty("n")} {attempt.GetProperty("state")}"));
}
