using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>Kills under load.</summary>
internal static class KillRounds
{
    /// <summary>Kills a server repeatedly; returns everything that was wrong after any of the kills.</summary>
    /// <param name="ledger">Records what the clients were told.</param>
    /// <param name="rounds">The number of kills.</param>
    /// <param name="program">The command line of the server; <c>null</c> for the one under test.</param>
    public static async Task<List<string>> Run(Ledger ledger, int rounds, string[]? program = null)
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var wrong = new List<string>();
        for (var round = 1; round <= rounds; round++)
        {
            await using var server = Victim.Launch(database, program: program);
            if (!await server.IsUp()) return [.. wrong, $"The server did not start: {server.Process.Errors.Text}"];
            wrong.AddRange(await ledger.Check(server.Client));
            // Large enough for checkpoints to become due, which are killed as well.
            await using var load = Load.Start(ledger, server.Port, padding: 6_000);
            // A random moment on purpose: no event announces what the server is doing.
            await Task.Delay(Random.Shared.Next(5, 300));
            server.Kill();
            await load.Stop();
        }
        await using var last = await Victim.Start(database);
        wrong.AddRange(await ledger.Check(last.Client));
        return wrong;
    }
}
