using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class KillTests
{
    [TestMethod]
    public async Task Killed_at_random_moments_under_load_it_loses_nothing_that_was_acknowledged_or_shown()
    {
        const int rounds = 50;
        var ledger = new Ledger();
        Assert.IsEmpty(await KillRounds.Run(ledger, rounds));
        Assert.IsGreaterThan(rounds, ledger.AcknowledgedChanges, "The load did not get far enough to prove anything.");
    }

    [TestMethod]
    public async Task Stopped_under_load_it_exits_with_success_and_loses_nothing()
    {
        using var folder = new TempFolder();
        var ledger = new Ledger();
        for (var round = 1; round <= 6; round++)
        {
            await using var server = await Victim.Start(folder.File("database.js"));
            await ledger.Verify(server.Client, $"before round {round}");
            await using var load = Load.Start(ledger, server.Port);
            var before = ledger.AcknowledgedChanges;
            await Eventually.True(() => ledger.AcknowledgedChanges > before + 20, "the load was running");
            Assert.AreEqual(0, await server.Process.Terminate(), server.Process.Errors.Text);
            await load.Stop();
            // The list of removed jobs is kept.
            var left = FolderImage.Of(folder.Path).Names.Where(name => name != "database.js.removed");
            Assert.AreSequenceEqual(["database.js"], left, "There are other files beside the database.");
        }

        await using var last = await Victim.Start(folder.File("database.js"));
        await ledger.Verify(last.Client, "at the end");
    }

    [TestMethod]
    public async Task A_server_that_acknowledges_before_it_writes_is_detected() =>
        Assert.IsNotEmpty(await KillRounds.Run(new Ledger(), 5, FaultyServer.Program(FaultyServer.Late)));
}
