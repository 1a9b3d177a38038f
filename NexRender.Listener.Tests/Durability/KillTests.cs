using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class KillTests
{
    private const int Rounds = 50;

    [TestMethod]
    public async Task Killed_at_random_moments_under_load_it_loses_nothing_that_was_acknowledged_or_shown()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var ledger = new Ledger();
        for (var round = 1; round <= Rounds; round++)
        {
            await using var server = await Victim.Start(database);
            await ledger.Verify(server.Client, $"before round {round}");
            await using var load = Load.Start(ledger, server.Port);
            // A random moment is the point: no event tells when the server is in the middle of something.
            await Task.Delay(Random.Shared.Next(5, 300));
            server.Kill();
            await load.Stop();
        }

        await using var last = await Victim.Start(database);
        await ledger.Verify(last.Client, "in the end");
        Assert.IsGreaterThan(Rounds, ledger.AcknowledgedChanges, "The load did not get far enough to prove anything.");
    }
}
