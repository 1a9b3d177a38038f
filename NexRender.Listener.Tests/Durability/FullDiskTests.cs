using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A small disk that really is full, has room again, and is full once more.</summary>
[TestClass]
public sealed class FullDiskTests
{
    [TestMethod]
    public async Task A_full_disk_refuses_new_jobs_alone_and_with_room_again_takes_them_without_a_restart()
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
    public async Task On_a_disk_without_any_room_a_killed_server_starts_and_shows_everything()
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
        await ledger.Verify(next.Client, "after there was room again");
    }

    [TestMethod]
    public async Task On_a_disk_without_any_room_a_torn_journal_is_mended_with_the_help_of_the_reserve()
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

    /// <summary>Fills the disk to the last byte and sees what still works: everything but new jobs.</summary>
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
