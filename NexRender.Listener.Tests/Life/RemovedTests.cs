using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>The workers of a job that was removed are remembered for a day, whatever happens to the server.</summary>
[TestClass]
public sealed class RemovedTests
{
    [TestMethod]
    public async Task Reports_on_a_removed_job_are_accepted_and_not_stored()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 10);
        (await farm.Server.Delete("jobs/a")).Expect(200);
        Func<Task<Answer>>[] reports =
        [
            () => worker.Progress(50), () => worker.RenderError("warned"), () => worker.Finish(), () => worker.Fail("failed"),
            () => worker.PutBack(),
        ];
        string[] states = ["render:dorender", "started", "finished", "error", "queued"];
        foreach (var (report, state) in reports.Zip(states))
            Assert.AreEqual($$"""{"uid":"a","state":"{{state}}","removed":true}""", (await report()).Expect(200).Text);
        (await worker.Start()).Expect(409, "job a was removed");
        farm.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.AreEqual("[]", (await farm.Server.Get("jobs")).Text);
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
    }

    [TestMethod]
    [TestCategory(SharedRedis.File)]
    public async Task A_removed_uid_is_kept_for_a_day_and_survives_restarts()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a", "b");
        var worker = await farm.Worker("w").Render("a");
        (await farm.Server.Delete("jobs/a")).Expect(200);
        for (var hours = 0; hours < 24; hours += 8)
        {
            (await worker.Progress(hours)).Expect(200, "\"removed\":true");
            await farm.Server.Restart();
            (await worker.Progress(hours)).Expect(200, "\"removed\":true");
            farm.Clock.Advance(TimeSpan.FromHours(8));
        }

        (await worker.Progress(99)).Expect(404, "job not found: a");
        await farm.Server.Restart();
        (await worker.Progress(99)).Expect(404, "job not found: a");
    }

    [TestMethod]
    public async Task A_removed_uid_survives_a_kill()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        const string report = """{"uid":"a","state":"render:dorender","startedAt":"2026-11-20T08:00:00.000Z"}""";
        await using (var victim = await Victim.Start(database))
        {
            (await victim.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
            (await victim.Client.Send("DELETE", "jobs/a")).Expect(200);
            victim.Kill();
        }

        // From the journal; then, once that has been folded into a checkpoint, from the file beside it.
        await using (var victim = await Victim.Start(database))
        {
            (await victim.Client.Json("PUT", "jobs/a", report)).Expect(200, "\"removed\":true");
            if (OperatingSystem.IsWindows()) return;
            Assert.AreEqual(0, await victim.Process.Terminate());
        }

        Assert.Contains("\"a\"", await File.ReadAllTextAsync(database + ".removed"));
        await using (var victim = await Victim.Start(database))
        {
            (await victim.Client.Json("PUT", "jobs/a", report)).Expect(200, "\"removed\":true");
            victim.Kill();
        }

        await using var last = await Victim.Start(database);
        (await last.Client.Json("PUT", "jobs/a", report)).Expect(200, "\"removed\":true");
    }

    [TestMethod]
    public async Task A_new_job_replaces_a_removed_one_with_the_same_uid()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var late = await farm.Worker("late").Render("a");
        (await farm.Server.Delete("jobs/a")).Expect(200);
        await farm.Post("a");
        await farm.Server.Restart();
        var before = await farm.Job("a");
        (await late.Finish()).Expect(200);
        (await late.Start()).Expect(409, "job a is queued; this worker no longer holds it");
        Assert.AreEqual(before.Text, (await farm.Job("a")).Text);
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    [TestCategory(SharedRedis.File)]
    public async Task An_unreadable_removed_list_does_not_prevent_a_start()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a", "b");
        (await farm.Server.Delete("jobs/a")).Expect(200);
        await farm.Server.Stop();
        File.WriteAllText(farm.Server.Database + ".removed", "[{\"uid\":");
        await farm.Server.Restart();
        (await farm.Server.Put("jobs/a", """{"state":"finished"}""")).Expect(404);
        Assert.AreEqual("b", (await farm.Server.Get("jobs")).Uids);
    }

    [TestMethod]
    public async Task The_last_ten_thousand_removed_uids_are_kept()
    {
        await using var farm = await Farm.Start(new ListenerOptions { Storage = new() { Disk = new QuickDisk() } });
        var lanes = Enumerable.Range(0, 16).Select(async lane =>
        {
            for (var n = lane; n < 9_999; n += 16)
            {
                (await farm.Server.Post(Some.Job($"job-{n}"))).Expect(200);
                (await farm.Server.Delete($"jobs/job-{n}")).Expect(200);
            }
        });
        foreach (var uid in new[] { "first", "second" })
        {
            await farm.Post(uid);
            (await farm.Server.Delete($"jobs/{uid}")).Expect(200);
        }

        await Task.WhenAll(lanes);
        (await farm.Server.Put("jobs/first", """{"state":"x"}""")).Expect(404);
        (await farm.Server.Put("jobs/second", """{"state":"x"}""")).Expect(200, "\"removed\":true");
    }
}
