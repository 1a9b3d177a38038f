using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>Power cuts under load.</summary>
internal static class PowerCuts
{
    private const int Stop = 19, Continue = 18;

    /// <summary>Copies the disk of a server under load repeatedly; returns everything that is wrong with any of the copies.</summary>
    public static async Task<List<string>> Run(
        int cuts, string mounted = "defaults", string[]? program = null, string fileSystem = "ext4", Ledger? ledger = null)
    {
        ledger ??= new Ledger();
        using var folder = new TempFolder();
        var copies = new List<(string Image, Ledger Ledger)>();
        await using (var disk = await LoopDisk.Create(folder.File("disk.img"), folder.File("disk"), mounted, fileSystem))
        {
            await using var server = await Victim.Start(Path.Combine(disk.Folder, "database.js"), program: program);
            await using var load = Load.Start(ledger, server.Port, padding: 40_000);
            await Eventually.True(() => ledger.AcknowledgedChanges > 50, "the load was running");
            for (var cut = 1; cut <= cuts; cut++)
            {
                await Task.Delay(Random.Shared.Next(10, 150));
                server.Process.Signal(Stop);
                await Eventually.True(() => IsStopped(server.Process.Id), "every thread of the server was stopped");
                // What is acknowledged by now must be on the disk as it is now.
                copies.Add((folder.File($"cut{cut}.img"), new Ledger(ledger)));
                await disk.CopyTo(copies[^1].Image);
                server.Process.Signal(Continue);
            }

            server.Kill();
        }

        var wrong = new List<string>();
        foreach (var (image, copy) in copies)
        {
            wrong.AddRange((await Check(image, folder.File("copy"), copy)).Select(what => $"{Path.GetFileName(image)}: {what}"));
            File.Delete(image);
        }

        return wrong;
    }

    private static async Task<List<string>> Check(string image, string folder, Ledger ledger)
    {
        await using var disk = await LoopDisk.Mount(image, folder);
        await using var server = Victim.Launch(Path.Combine(disk.Folder, "database.js"));
        return await server.IsUp() ? await ledger.Check(server.Client) : [$"The server did not start: {server.Process.Errors.Text}"];
    }

    private static bool IsStopped(int process) =>
        Directory.GetDirectories($"/proc/{process}/task").All(thread => Status(thread) is "T" or "gone");

    private static string Status(string thread)
    {
        try
        {
            var text = File.ReadAllText(thread + "/stat");
            return text.Substring(text.LastIndexOf(')') + 2, 1);
        }
        catch (IOException)
        {
            return "gone";
        }
    }
}
