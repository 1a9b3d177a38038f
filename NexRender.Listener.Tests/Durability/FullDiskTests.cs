using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A small disk that is full, has space again, and is full once more.</summary>
[TestClass]
public sealed class FullDiskTests
{
    [TestMethod]
    public async Task A_full_disk_refuses_only_new_jobs_and_accepts_them_without_a_restart_once_it_has_space()
    {
        using var folder = new TempFolder();
        await using var disk = await SmallDisk.Mount(folder.File("disk"));
        var database = Path.Combine(disk.Folder, "database.js");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(database))
        {
            var scene = new Scene(disk.Folder, server, ledger);
            for (var i = 0; i < 10; i++) await scene.Client.Create();
            for (var time = 1; time <= 2; time++)
            {
                await FillUp(scene, disk);
                disk.Empty();
                await Eventually.True(
                    async () => (await server.Client.Send("GET", "health/ready")).Status == 200, "the server was ready again");
                await scene.Client.Create();
                Assert.AreEqual(200, scene.Client.LastStatus, scene.Client.LastText);
                await ledger.Verify(server.Client, $"after the disk was full {time} times");
            }

            server.Kill();
        }

        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, "after a restart");
    }

    [TestMethod]
    public async Task On_a_full_disk_a_killed_server_starts_and_shows_everything()
    {
        using var folder = new TempFolder();
        await using var disk = await SmallDisk.Mount(folder.File("disk"));
        var database = Path.Combine(disk.Folder, "database.js");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(database))
        {
            await FillUp(new Scene(disk.Folder, server, ledger), disk);
            server.Kill();
        }

        disk.Fill();
        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, "after a restart on a full disk");
        (await next.Client.Send("GET", "health/ready")).Expect(503, "No space left on device");
        disk.Empty();
        await Eventually.True(async () => (await next.Client.Send("GET", "health/ready")).Status == 200, "the server was ready again");
        await ledger.Verify(next.Client, "after there was space again");
    }

    [TestMethod]
    public async Task On_a_full_disk_a_torn_journal_is_truncated_with_the_help_of_the_reserve()
    {
        using var folder = new TempFolder();
        await using var disk = await SmallDisk.Mount(folder.File("disk"));
        var database = Path.Combine(disk.Folder, "database.js");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(database))
        {
            await new LedgerClient(ledger, server.Client, "c").Create();
            server.Kill();
        }

        await File.AppendAllTextAsync(database + ".journal", "2 0000");
        disk.Fill();
        await using var next = await Victim.Start(database);
        await ledger.Verify(next.Client, "after a restart on a full disk");
    }

    /// <summary>Fills the disk to the last byte and asserts that everything but new jobs still works.</summary>
    private static async Task FillUp(Scene scene, SmallDisk disk)
    {
        disk.Fill();
        var client = scene.Client;
        for (var i = 0; i < 1_000 && client.LastStatus != 507; i++) await client.Create();
        Assert.AreEqual(507, client.LastStatus, client.LastText);
        Assert.Contains("No space left on device", client.LastText);
        await client.Work(updates: 3);
        Assert.AreEqual(200, client.LastStatus, client.LastText);
        await client.Remove(0);
        Assert.AreEqual(200, client.LastStatus, client.LastText);
        await client.PickUpNothing();
        Assert.AreEqual(200, client.LastStatus, client.LastText);
        (await scene.Server.Client.Send("GET", "health")).Expect(200);
        (await scene.Server.Client.Send("GET", "health/ready")).Expect(503, "No space left on device");
    }
}
