using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A named worker that asks for work while it has a job has most likely lost that job.</summary>
[TestClass]
public sealed class LostWorkerTests
{
    private static readonly (string, string) OtherAddress = ("x-forwarded-for", "10.0.0.9");

    [TestMethod]
    public async Task The_status_says_so_until_the_worker_reports_again()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("mac-07").Render("a", percent: 10);
        Assert.IsNull(await Suspicion(farm, "a"));
        Assert.AreEqual("{}", (await farm.Worker("mac-07").PickUp()).Text);
        Assert.AreEqual("mac-07 asked for other work at 2026-11-20T08:00:00.000Z", await Suspicion(farm, "a"));
        Assert.AreEqual("render:dorender", await farm.State("a"));
        // Asking again is no news.
        farm.Clock.Advance(TimeSpan.FromMinutes(1));
        await farm.Worker("mac-07").PickUp();
        Assert.AreEqual("mac-07 asked for other work at 2026-11-20T08:00:00.000Z", await Suspicion(farm, "a"));
        Assert.Contains("asked for other work", (await farm.Server.Get("jobs/status")).Text);
        (await worker.Progress(20)).Expect(200);
        Assert.IsNull(await Suspicion(farm, "a"));
        (await worker.Finish()).Expect(200);
        Assert.IsNull(await Suspicion(farm, "a"));
    }

    [TestMethod]
    public async Task A_report_that_counts_for_nothing_does_not_clear_it()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var lost = await farm.Worker("lost").Render("a");
        (await farm.Edit("a", """{"state":"queued"}""")).Expect(200);
        await farm.Worker("mac-07").Render("a");
        await farm.Worker("mac-07").PickUp();
        (await lost.Progress(50)).Expect(200);
        Assert.IsNotNull(await Suspicion(farm, "a"));
    }

    [TestMethod]
    public async Task One_warning_goes_into_the_log()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start([$"--port={port}", $"--database={folder.File("jobs.js")}"]);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        var worker = await new Worker(() => client, "mac-07").Render("a");
        foreach (var _ in Enumerable.Range(0, 3)) await new Worker(() => client, "mac-07").PickUp();
        (await worker.Finish()).Expect(200);
        await server.Output.Line("finished a");
        var warnings = server.Output.Text.Split('\n').Where(line => line.Contains("warning")).ToArray();
        Assert.HasCount(1, warnings);
        Assert.EndsWith(
            "warning: mac-07 asks for other work while it has job a: it may have died and come back, or two workers share the name",
            warnings[0].TrimEnd());
    }

    [TestMethod]
    public async Task A_worker_without_a_name_is_never_suspected()
    {
        await using var farm = await Farm.Start(new ListenerOptions { ExclusiveNames = true });
        await farm.Post("a");
        Assert.AreEqual("a", (await farm.Server.Get("jobs/pickup")).Member("uid"));
        Assert.AreEqual("{}", (await farm.Server.Get("jobs/pickup")).Text);
        Assert.IsNull(await Suspicion(farm, "a"));
        Assert.AreEqual("picked", await farm.State("a"));
    }

    [TestMethod]
    public async Task With_exclusive_names_the_job_is_requeued_at_once_and_the_attempt_counts()
    {
        await using var farm = await Farm.Start(new ListenerOptions { ExclusiveNames = true, MaxAttempts = 2 });
        await farm.Post("a");
        var lost = await farm.Worker("mac-07").Render("a", percent: 10);
        // The same pickup hands the job out again.
        await farm.Worker("mac-07").Render("a");
        var attempt = (await farm.Job("a")).Json.GetProperty("attempts").EnumerateArray().Single();
        Assert.AreEqual(("1", "render:dorender"), (attempt.GetProperty("n").ToString(), attempt.GetProperty("state").GetString()));
        Assert.Contains("mac-07 asked for other work", attempt.GetProperty("errors").ToString());
        (await lost.Progress(50)).Expect(200);
        Assert.AreEqual("started", await farm.State("a"));
        // The second attempt is the last one that is allowed.
        Assert.AreEqual("{}", (await farm.Worker("mac-07").PickUp()).Text);
        Assert.AreEqual("error", await farm.State("a"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_picked_job_is_requeued_at_once_if_its_worker_asks_again_from_the_same_address(bool exclusiveNames)
    {
        await using var farm = await Farm.Start(new ListenerOptions { ExclusiveNames = exclusiveNames });
        await farm.Post("a");
        await farm.Worker("mac-07").Take("a");
        var again = await farm.Worker("mac-07").Take("a");
        (await again.Start()).Expect(200);
        (await again.Finish()).Expect(200);
        Assert.AreEqual(1, (await farm.Job("a")).Json.GetProperty("attempts").GetArrayLength());
    }

    [TestMethod]
    public async Task A_picked_job_is_only_suspected_if_the_name_asks_from_another_address()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("mac-07").Take("a");
        Assert.AreEqual("{}", (await farm.Server.Get("jobs/pickup", ("nexrender-name", "mac-07"), OtherAddress)).Text);
        Assert.AreEqual("picked", await farm.State("a"));
        Assert.IsNotNull(await Suspicion(farm, "a"));
        (await worker.Start()).Expect(200);
        Assert.IsNull(await Suspicion(farm, "a"));
    }

    [TestMethod]
    public async Task After_a_restart_of_the_server_the_address_is_not_known_and_the_job_only_suspected()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a", "b");
        await farm.Worker("mac-07").Render("a");
        await farm.Worker("mac-08").Take("b");
        await farm.Server.Restart();
        Assert.AreEqual("{}", (await farm.Worker("mac-07").PickUp()).Text);
        Assert.AreEqual("{}", (await farm.Worker("mac-08").PickUp()).Text);
        Assert.IsNotNull(await Suspicion(farm, "a"));
        Assert.IsNotNull(await Suspicion(farm, "b"));
    }

    [TestMethod]
    public async Task Jobs_of_other_names_are_left_alone()
    {
        await using var farm = await Farm.Start(new ListenerOptions { ExclusiveNames = true });
        await farm.Post("a", "b");
        await farm.Worker("mac-07").Take("a");
        await farm.Worker("mac-08").Take("b");
        Assert.AreEqual("{}", (await farm.Worker("mac-09").PickUp()).Text);
        Assert.AreEqual("picked picked", $"{await farm.State("a")} {await farm.State("b")}");
    }

    private static async Task<string?> Suspicion(Farm farm, string uid) =>
        (await farm.Server.Get($"jobs/{uid}/status")).Expect(200).Json.TryGetProperty("suspect", out var text) ? text.GetString() : null;
}
