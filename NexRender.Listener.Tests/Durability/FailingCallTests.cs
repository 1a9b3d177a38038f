using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>System calls of the real server fail, once or for good: only changes that could not be stored are refused.</summary>
[TestClass]
public sealed class FailingCallTests
{
    private const string Journal = ".journal", NextJournal = ".journal.2", Next = ".tmp", Folder = "/";

    [TestMethod]
    [DataRow("sync", "EIO", 503)]
    [DataRow("sync", "ENOSPC", 507)]
    [DataRow("write", "EIO", 503)]
    public async Task A_change_that_fails_once_is_refused_and_rolled_back_and_later_ones_are_accepted(string call, string error, int status)
    {
        await using var scene = await Failing(call, error, "2", Journal);
        await scene.Client.Create();
        var refused = await scene.Client.Create();
        Assert.AreEqual(status, scene.Client.LastStatus, scene.Client.LastText);
        await AssertReadsWork(scene);
        (await scene.Server.Client.Send("GET", $"jobs/{refused.Uid}")).Expect(404);
        await AssertRecovers(scene);
        (await scene.Server.Client.Send("GET", $"jobs/{refused.Uid}")).Expect(404);
    }

    [TestMethod]
    public async Task A_disk_that_is_full_once_uses_the_reserve_and_accepts_new_jobs_again_later()
    {
        await using var scene = await Failing("write", "ENOSPC", "2", Journal);
        await scene.Client.Create();
        await scene.Client.Create();
        Assert.AreEqual(200, scene.Client.LastStatus, scene.Client.LastText);
        await AssertRecovers(scene);
    }

    [TestMethod]
    [DataRow("sync", "EIO", 503, "Input/output error")]
    [DataRow("sync", "ENOSPC", 507, "No space left on device")]
    [DataRow("write", "EIO", 503, "Input/output error")]
    [DataRow("write", "ENOSPC", 507, "No space left on device")]
    public async Task Changes_that_fail_for_good_are_refused_and_reads_still_work(string call, string error, int status, string reason)
    {
        await using var scene = await Failing(call, error, "2+", Journal, NextJournal, Next);
        await scene.Client.Create();
        for (var i = 0; i < 3; i++)
        {
            await scene.Client.Create();
            Assert.AreEqual(status, scene.Client.LastStatus, scene.Client.LastText);
            await AssertReadsWork(scene);
        }

        (await scene.Server.Client.Send("GET", "health/ready")).Expect(503, reason);
        // There is a queued job, but the pickup could not be stored.
        (await scene.Server.Client.Send("GET", "jobs/pickup")).Expect(status);
    }

    [TestMethod]
    [DataRow("write", "EIO", NextJournal)]
    [DataRow("write", "ENOSPC", NextJournal)]
    [DataRow("sync", "EIO", NextJournal)]
    [DataRow("open", "EIO", NextJournal)]
    public async Task A_checkpoint_that_fails_once_is_written_later_and_loses_nothing(string call, string error, string file)
    {
        await using var scene = await Failing(call, error, "1", file);
        await scene.Outgrow();
        await Eventually.True(() => scene.HasCheckpoint, "the checkpoint was written");
        await AssertRecovers(scene);
    }

    [TestMethod]
    [DataRow("write", "ENOSPC", Next)]
    [DataRow("sync", "EIO", Next)]
    [DataRow("rename", "EIO", Next)]
    [DataRow("open", "EACCES", Next)]
    [DataRow("delete", "EIO", Journal)]
    [DataRow("write", "EIO", NextJournal)]
    public async Task A_checkpoint_that_fails_for_good_stops_no_change_and_is_reported(string call, string error, string file)
    {
        await using var scene = await Failing(call, error, "1+", file);
        await scene.Outgrow();
        await Eventually.True(
            async () => (await scene.Server.Client.Send("GET", "health/ready")).Status == 503, "the server reported a problem");
        await scene.Commit();
        Assert.AreEqual(200, scene.Client.LastStatus, scene.Client.LastText);
        await AssertReadsWork(scene);
        Assert.IsFalse(scene.HasCheckpoint);
        Assert.IsLessThanOrEqualTo(2, Directory.GetFiles(scene.Folder, "*.tmp").Length, "Temporary files accumulate.");
    }

    [TestMethod]
    [DataRow("sync", Folder)]
    [DataRow("open", NextJournal)]
    public async Task Journals_that_cannot_be_switched_for_good_stop_changes_at_most(string call, string file)
    {
        await using var scene = await Failing(call, "EIO", "1+", file);
        await scene.Outgrow();
        await Eventually.True(
            async () => (await scene.Server.Client.Send("GET", "health/ready")).Status == 503, "the server reported a problem");
        await AssertReadsWork(scene);
    }

    private static async Task<FailingScene> Failing(string call, string error, string when, params string[] files)
    {
        await Strace.Require();
        var folder = new TempFolder();
        var database = folder.File("database.js");
        // With an existing journal the start makes none of the calls that are counted.
        await using (var server = await Victim.Start(database)) server.Kill();
        return new FailingScene(folder, await Victim.Start(database, Strace.Fail(call, error, when, Strace.Paths(folder, files))));
    }

    private static async Task AssertReadsWork(Scene scene)
    {
        var client = scene.Server.Client;
        (await client.Send("GET", "health")).Expect(200);
        (await client.Send("GET", "jobs/pickup/nobody")).Expect(200, "{}");
        (await client.Send("GET", "jobs")).Expect(200);
        foreach (var job in scene.Client.Jobs) (await client.Send("GET", $"jobs/{job.Uid}")).Expect(200);
    }

    private static async Task AssertRecovers(Scene scene)
    {
        await Eventually.True(
            async () => (await scene.Server.Client.Send("GET", "health/ready")).Status == 200, "the server was ready again");
        await scene.Commit();
        Assert.AreEqual(200, scene.Client.LastStatus, scene.Client.LastText);
        await scene.Ledger.Verify(scene.Server.Client, "after the failure, without a restart");
    }

    /// <summary>A scene in a folder of its own that ends with a kill, a start without faults and a check of the ledger.</summary>
    private sealed class FailingScene(TempFolder folder, Victim server) : Scene(folder.Path, server, new Ledger()), IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using (folder)
            {
                await Server.DisposeAsync();
                await using var next = await Victim.Start(folder.File("database.js"));
                await Ledger.Verify(next.Client, "after a restart");
                next.Kill();
            }
        }
    }
}
