using System.Text;
using NexRender.Listener.Farm;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Retention;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;
using NexRender.Listener.Tests.Watch;

namespace NexRender.Listener.Tests.Life;

/// <summary>Jobs that ended long ago are removed if an option says so, and no others.</summary>
[TestClass]
public sealed class RetentionTests
{
    private static readonly ListenerOptions Months =
        new() { KeepFinished = TimeSpan.FromDays(30), KeepErrors = TimeSpan.FromDays(90) };

    [TestMethod]
    public async Task Finished_and_failed_jobs_are_removed_after_their_time_and_others_stay()
    {
        await using var farm = await Farm.Start(Months);
        await farm.Post("finished", "failed", "cancelled", "queued", "paused", "rendering");
        await End(farm, "finished", "finished");
        await End(farm, "failed", "error");
        (await farm.Act("cancelled", "cancel")).Expect(200);
        (await farm.Act("paused", "pause")).Expect(200);
        (await farm.Edit("rendering", """{"state":"render:dorender"}""")).Expect(200);
        await AdvanceUntil(farm, 30, "failed cancelled queued paused rendering");
        await AdvanceUntil(farm, 60, "queued paused rendering");
    }

    [TestMethod]
    public async Task The_time_begins_with_the_end_and_without_an_option_jobs_stay()
    {
        await using var farm = await Farm.Start(new ListenerOptions { KeepFinished = TimeSpan.FromDays(2) });
        await farm.Post("old", "late", "failed");
        await End(farm, "old", "finished");
        await End(farm, "failed", "error");
        farm.Clock.Advance(TimeSpan.FromDays(1));
        await End(farm, "late", "finished");
        await AdvanceUntil(farm, 1, "late failed");
        await AdvanceUntil(farm, 1, "failed");
    }

    [TestMethod]
    public async Task A_job_that_is_to_be_kept_stays_until_that_changes()
    {
        await using var farm = await Farm.Start(Months with { KeepJobs = 1 });
        (await farm.Server.Post(Some.Job("kept", members: "\"keep\":true"))).Expect(200);
        await farm.Post("other");
        await End(farm, "kept", "finished");
        await End(farm, "other", "finished");
        await AdvanceUntil(farm, 31, "kept");
        (await farm.Edit("kept", """{"keep":false}""")).Expect(200);
        await AdvanceUntil(farm, 31, "");
    }

    [TestMethod]
    public async Task A_job_that_a_waiting_one_depends_on_stays_while_that_waits()
    {
        await using var farm = await Farm.Start(Months);
        await farm.Post("first", "second", "other");
        (await farm.Server.Post(Some.Job("film", members: """ "dependsOn":["first","second"] """))).Expect(200);
        await End(farm, "first", "finished");
        await End(farm, "other", "finished");
        await AdvanceUntil(farm, 31, "first second film");
        Assert.AreEqual("waiting", await farm.State("film"));
        await End(farm, "second", "finished");
        Assert.AreEqual("queued", await farm.State("film"));
        await AdvanceUntil(farm, 1, "second film");
    }

    [TestMethod]
    public async Task Beyond_a_number_the_first_ended_jobs_are_removed()
    {
        await using var farm = await Farm.Start(new ListenerOptions { KeepJobs = 2 });
        await farm.Post("a", "b", "c", "d", "queued");
        foreach (var (uid, state) in new[] { ("d", "finished"), ("a", "error"), ("c", "finished"), ("b", "finished") })
        {
            await End(farm, uid, state);
            farm.Clock.SetTimeOfDay(farm.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        }
        await AdvanceUntil(farm, 0, "b c queued");
    }

    [TestMethod]
    public async Task A_removal_is_durable_and_is_told_to_watchers()
    {
        await using var farm = await Farm.Start(Months);
        await farm.Post("a", "b");
        await End(farm, "a", "finished");
        using var events = await EventReader.Open(farm.Server.Port, "?types=job.removed");
        await events.Expect("hello");
        await AdvanceUntil(farm, 31, "b");
        var removed = await events.Expect("job.removed");
        Assert.AreEqual("a", removed.GetProperty("uid").GetString());
        Assert.AreEqual("retention", removed.GetProperty("change").GetProperty("reason").GetString());
        Assert.IsNull(removed.GetProperty("change").GetProperty("by").GetString());
        await farm.Server.Restart();
        Assert.AreEqual("b", (await farm.Server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task Removed_jobs_are_counted_by_reason_since_the_start()
    {
        await using var farm = await Farm.Start(Months with { KeepJobs = 1 });
        await farm.Post("a", "b", "c", "d", "e", "f");
        foreach (var uid in new[] { "a", "b", "c" }) await End(farm, uid, "finished");
        await AdvanceUntil(farm, 0, "c d e f");
        await Counted(farm, finished: 0, errors: 0, surplus: 2);
        await AdvanceUntil(farm, 30, "d e f");
        await Counted(farm, finished: 1, errors: 0, surplus: 2);
        await End(farm, "d", "error");
        await AdvanceUntil(farm, 90, "e f");
        await Counted(farm, finished: 1, errors: 1, surplus: 2);
        await farm.Server.Restart();
        await Counted(farm, finished: 0, errors: 0, surplus: 0);
    }

    [TestMethod]
    public async Task A_job_without_any_time_stays_and_an_old_database_is_swept()
    {
        const string database =
            """
            [{"uid":"timeless","state":"finished"},
             {"uid":"created","state":"finished","createdAt":"2026-01-01T00:00:00.000Z"},
             {"uid":"updated","state":"error","updatedAt":"2026-01-01T00:00:00.000Z"}]
            """;
        await using var farm = await Farm.Start(Months, database);
        await AdvanceUntil(farm, 0, "timeless");
    }

    [TestMethod]
    public async Task A_sweep_of_many_jobs_is_one_line_of_the_log()
    {
        using var folder = new TempFolder();
        var clock = new FakeClock();
        using var output = new MemoryStream();
        var log = new Log(logsChanges: true, logsRequests: false, clock, output, Stream.Null);
        var database = Database.Open(folder.File("jobs.js"), new StorageOptions(), log.Info, log.Error);
        var store = JobStore.Open(database, JobOrdering.OldestFirst, new RetryPolicy(), clock);
        store.Feed.Add(new ChangeLog(log));
        for (var i = 0; i < 300; i++)
        {
            await store.CreateAsync(JsonObject.Parse(Some.Bytes(Some.Job($"job-{i}")), JsonObject.StoredDepth), "me");
            var end = i % 3 == 0 ? """{"state":"error","error":"broken"}"""u8.ToArray() : """{"state":"finished"}"""u8.ToArray();
            await store.UpdateAsync($"job-{i}", JsonObject.Parse(end, JsonObject.StoredDepth), "me");
        }
        var policy = new RetentionPolicy { KeepFinished = TimeSpan.FromDays(1), KeepErrors = TimeSpan.FromDays(2), KeepJobs = 40 };
        await using (new RetentionMonitor(store, policy, new RetentionCounts(), log, clock))
        {
            clock.Advance(TimeSpan.FromDays(1));
            await Eventually.True(() => store.Snapshot().Jobs.Length == 40, "all but 40 jobs are removed");
            await Eventually.True(() => Lines(output).Any(line => line.Contains("old jobs")), "the sweep is logged");
        }
        await store.DisposeAsync();
        log.Dispose();
        var line = Lines(output).Single(text => text.Contains("removed"));
        Assert.Contains("removed 260 old jobs: 200 finished more than 1 day ago, 60 beyond the last 40 that ended", line);
    }

    private static string[] Lines(MemoryStream output) =>
        Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task End(Farm farm, string uid, string state) =>
        (await farm.Edit(uid, $$"""{"state":"{{state}}"}""")).Expect(200);

    /// <summary>Waits until both kinds of numbers show these counts: a removal is counted just after it can be seen.</summary>
    private static async Task Counted(Farm farm, int finished, int errors, int surplus)
    {
        var expected = $$"""{"finished":{{finished}},"errors":{{errors}},"surplus":{{surplus}}}""";
        await Eventually.True(async () => (await farm.Server.Get("stats")).Raw("retention") == expected, $"the counts are {expected}");
        var metrics = (await farm.Server.Get("metrics")).Expect(200).Text;
        foreach (var (reason, count) in new[] { ("finished", finished), ("errors", errors), ("surplus", surplus) })
            Assert.Contains($"nexrender_retention_removed_total{{reason=\"{reason}\"}} {count}\n", metrics);
    }

    /// <summary>Advances the time, which starts a sweep, and waits until only these jobs are left.</summary>
    private static async Task AdvanceUntil(Farm farm, int days, string uids)
    {
        farm.Clock.Advance(TimeSpan.FromDays(days));
        await Eventually.True(AreLeft, $"only these are left: {uids}");

        async Task<bool> AreLeft()
        {
            // A tick begins no sweep while the one before runs.
            farm.Clock.Tick();
            return (await farm.Server.Get("jobs")).Expect(200).Uids == uids;
        }
    }
}
