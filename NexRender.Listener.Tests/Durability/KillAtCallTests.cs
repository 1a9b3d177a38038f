using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The server is killed at its first system call of a kind, then at the second, and so on until there are no more.</summary>
[TestClass]
public sealed class KillAtCallTests
{
    private const int Most = 60;

    // 128 and the number of the signal.
    private const int KilledCode = 128 + 9;

    [TestMethod]
    [DataRow("write")]
    [DataRow("sync")]
    public Task Killed_at_a_call_of_a_commit_it_loses_nothing(string call) => KillAtEach(call, [".journal"], scene => scene.Commit());

    [TestMethod]
    [DataRow("open", ".journal.2")]
    [DataRow("cut", ".journal.2")]
    [DataRow("write", ".journal.2")]
    [DataRow("sync", ".journal.2")]
    [DataRow("sync", "/")]
    [DataRow("open", ".tmp")]
    [DataRow("cut", ".tmp")]
    [DataRow("write", ".tmp")]
    [DataRow("sync", ".tmp")]
    [DataRow("rename", ".tmp")]
    [DataRow("delete", ".journal")]
    public Task Killed_at_a_call_of_a_checkpoint_it_loses_nothing(string call, params string[] files) =>
        KillAtEach(call, files, scene => scene.Checkpoint());

    [TestMethod]
    [DataRow("write", ".tmp")]
    [DataRow("sync", ".tmp")]
    [DataRow("rename", ".tmp")]
    [DataRow("delete", ".journal")]
    [DataRow("delete", ".reserve")]
    [DataRow("sync", "/")]
    public Task Killed_at_a_call_of_a_stop_it_loses_nothing(string call, params string[] files) =>
        KillAtEach(call, files, scene => scene.Stop());

    [TestMethod]
    [DataRow("open")]
    [DataRow("cut")]
    [DataRow("sync")]
    public Task Killed_at_a_call_of_a_start_and_at_the_same_of_the_next_it_loses_nothing(string call) =>
        KillAtEach(call, ["/", "", ".journal", ".journal.2", ".tmp", ".reserve"], _ => Task.CompletedTask, isTorn: true);

    private static async Task KillAtEach(string call, string[] files, Func<Scene, Task> script, bool isTorn = false)
    {
        await Strace.Require();
        using var folder = new TempFolder();
        var prepared = await Prepare(folder, isTorn);
        var image = FolderImage.Of(folder.Path);
        var paths = Strace.Paths(folder, files);
        for (var n = 1; ; n++)
        {
            image.WriteTo(folder.Path);
            var ledger = new Ledger(prepared);
            var wasKilled = await Run(folder, ledger, Strace.Kill(call, n, paths), script);
            if (isTorn) wasKilled |= await Run(folder, ledger, Strace.Kill(call, n, paths), script);
            await using var server = await Victim.Start(folder.File("database.js"));
            await ledger.Verify(server.Client, $"after a kill at {call} {n}");
            server.Kill();
            Assert.IsTrue(wasKilled || n > 1, $"The server never made the call {call}.");
            Assert.IsLessThan(Most, n, "The calls do not end.");
            if (!wasKilled) return;
        }
    }

    /// <summary>Prepares a database with jobs in the journal that no server has open.</summary>
    private static async Task<Ledger> Prepare(TempFolder folder, bool isTorn)
    {
        var ledger = new Ledger();
        await Run(folder, ledger, [], async scene =>
        {
            for (var i = 0; i < 3; i++) await scene.Client.Create();
        });
        if (!isTorn) return ledger;
        // Interrupted during a checkpoint and during a write: a start has everything to do.
        var prefix = Strace.Kill("rename", 1, Strace.Paths(folder, [".tmp"]));
        Assert.IsTrue(await Run(folder, ledger, prefix, scene => scene.Checkpoint()));
        await File.AppendAllTextAsync(folder.File("database.js.journal"), "17 0000");
        return ledger;
    }

    /// <summary>Runs a server until it is killed or the script ends; returns true if it was killed.</summary>
    private static async Task<bool> Run(TempFolder folder, Ledger ledger, string[] prefix, Func<Scene, Task> script)
    {
        await using var server = Victim.Launch(folder.File("database.js"), prefix);
        if (await server.IsUp()) await script(new Scene(folder.Path, server, ledger));
        if (await server.IsAlive())
        {
            server.Kill();
            return false;
        }

        var code = await server.Process.WaitForExit();
        Assert.IsTrue(code is 0 or KilledCode, $"It ended with {code}: {server.Process.Errors.Text}");
        return code == KilledCode;
    }
}
