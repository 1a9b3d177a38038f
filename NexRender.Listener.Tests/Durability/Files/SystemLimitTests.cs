using System.Diagnostics;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Files;

/// <summary>Limits and gaps of the system: of the length of files, of what can be synced, of the time that a disk takes.</summary>
[TestClass]
public sealed class SystemLimitTests
{
    [TestMethod]
    public async Task At_the_size_limit_of_the_process_changes_go_into_a_new_journal_and_nothing_is_lost()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("ulimit counts in other units elsewhere.");
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var ledger = new Ledger();
        // 600 kB: less than the reserve, and less than what is written.
        await using (var server = await Victim.Start(database, Limited(600)))
        {
            var client = new LedgerClient(ledger, server.Client, "c", padding: 50_000);
            for (var i = 0; i < 40; i++)
            {
                await client.Create();
                Assert.AreEqual(200, client.LastStatus, client.LastText);
                await client.Remove(0);
                Assert.AreEqual(200, client.LastStatus, client.LastText);
            }
            await ledger.Verify(server.Client, "at the limit");
            server.Kill();
        }
        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, "after a restart");
    }

    [TestMethod]
    public async Task A_change_beyond_the_size_limit_is_refused_like_on_a_full_disk_and_the_server_keeps_running()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("ulimit counts in other units elsewhere.");
        using var folder = new TempFolder();
        var ledger = new Ledger();
        await using (var server = await Victim.Start(folder.File("database.js"), Limited(600)))
        {
            var client = new LedgerClient(ledger, server.Client, "c");
            await client.Create();
            var large = new LedgerClient(ledger, server.Client, "l", padding: 800_000);
            await large.Create();
            Assert.AreEqual(507, large.LastStatus, large.LastText);
            (await server.Client.Send("GET", "jobs")).Expect(200);
            await client.Work(updates: 3);
            Assert.AreEqual(200, client.LastStatus, client.LastText);
            await Eventually.True(
                async () => (await server.Client.Send("GET", "health/ready")).Status == 200, "the server was ready again");
            await client.Create();
            Assert.AreEqual(200, client.LastStatus, client.LastText);
            server.Kill();
        }
        await using var next = await Victim.Start(folder.File("database.js"));
        await ledger.Verify(next.Client, "after a restart");
    }

    [TestMethod]
    [DataRow("EINVAL")]
    [DataRow("ENOSYS")]
    [DataRow("EOPNOTSUPP")]
    public async Task A_file_system_whose_folders_cannot_be_synced_is_used_with_one_warning(string error)
    {
        await Strace.Require();
        using var folder = new TempFolder();
        var ledger = new Ledger();
        await using (var server = await Victim.Start(folder.File("database.js"), Strace.Fail("sync", error, "1+", folder.Path)))
        {
            var scene = new Scene(folder.Path, server, ledger);
            await scene.Checkpoint();
            Assert.AreEqual(200, scene.Client.LastStatus, scene.Client.LastText);
            (await server.Client.Send("GET", "health/ready")).Expect(200);
            Assert.HasCount(1, server.Process.Errors.Lines, server.Process.Errors.Text);
            Assert.Contains("cannot sync folders", server.Process.Errors.Text);
            server.Kill();
        }
        await using var next = await Victim.Start(folder.File("database.js"));
        await ledger.Verify(next.Client, "after a restart");
    }

    [TestMethod]
    public async Task A_disk_that_does_not_respond_is_a_health_problem_until_it_does()
    {
        using var folder = new TempFolder();
        var disk = new GatedDisk();
        var options = new StorageOptions { Disk = disk, StallTimeout = TimeSpan.FromMilliseconds(50) };
        await using var store = Embedded.Open(folder.File("database.js"), options);
        Assert.IsNull(await store.Create("a"));
        disk.Close();
        var waiting = store.Create("b");
        await disk.Held;
        await Eventually.True(() => store.HealthProblem is not null, "the stall was reported");
        Assert.Contains("has not responded for", store.HealthProblem!);
        // Reads show what is durable.
        Assert.AreSequenceEqual(["a"], await store.Uids());
        disk.Open();
        Assert.IsNull(await waiting);
        await Eventually.True(() => store.HealthProblem is null, "the disk was well again");
        Assert.Contains(report => report.Contains("did not respond for"), store.Reports);
    }

    [TestMethod]
    public async Task A_stop_that_cannot_write_the_final_checkpoint_says_so_and_succeeds()
    {
        await Strace.Require();
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(database)) server.Kill();
        await using (var server = await Victim.Start(database, Strace.Fail("rename", "EACCES", "1+", database + ".tmp")))
        {
            var client = new LedgerClient(ledger, server.Client, "c");
            await client.Create();
            Assert.AreEqual(0, await server.Process.Terminate(), server.Process.Errors.Text);
            Assert.HasCount(1, server.Process.Errors.Lines, server.Process.Errors.Text);
            Assert.Contains("the journal will be replayed at the next start", server.Process.Errors.Text);
        }
        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, "after a restart");
    }

    [TestMethod]
    public async Task A_program_that_reads_the_lock_at_the_start_is_waited_for()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var reader = new FileStream(folder.Write("database.js.lock", ""), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var starting = Victim.Start(database);
        // Long enough for the server to find it: no event tells that it has.
        await Task.Delay(1_000);
        Assert.IsFalse(starting.IsCompleted);
        await reader.DisposeAsync();
        await using var server = await starting;
        (await server.Client.Send("GET", "health")).Expect(200);
    }

    [TestMethod]
    public async Task The_reserve_has_a_length_and_takes_up_as_much_space()
    {
        using var folder = new TempFolder();
        await using var server = await Victim.Start(folder.File("database.js"));
        var reserve = new FileInfo(folder.File("database.js.reserve"));
        Assert.AreEqual(new StorageOptions().ReserveSize, reserve.Length);
        if (!OperatingSystem.IsLinux()) return;
        using var process = Process.Start(new ProcessStartInfo("du", ["-k", reserve.FullName]) { RedirectStandardOutput = true })!;
        var kilobytes = int.Parse((await process.StandardOutput.ReadToEndAsync()).Split('\t')[0]);
        Assert.IsGreaterThanOrEqualTo(reserve.Length / 1024, kilobytes);
    }

    // A runtime that compiles keeps its code in a file in memory, which the limit must not hit.
    private static string[] Limited(int kilobytes) =>
        ["env", "DOTNET_EnableWriteXorExecute=0", "bash", "-c", $"ulimit -f {kilobytes} && exec \"$@\"", "bash"];
}
