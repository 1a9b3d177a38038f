using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>A server that may be killed at any moment, and the requests sent to it; every step ends early if it is gone.</summary>
internal class Scene(string folder, Victim server, Ledger ledger)
{
    private const int Large = 3_000_000;

    public Victim Server => server;

    public Ledger Ledger => ledger;

    public LedgerClient Client { get; } = new(ledger, server.Client, "c");

    public string Folder => folder;

    /// <summary>True once a checkpoint covers the large jobs and only one journal is left.</summary>
    public bool HasCheckpoint => Directory.GetFiles(folder, "database.js.journal*").Length <= 1
        && new FileInfo(Database).Length > 5 * Large;

    private string Database => Path.Combine(folder, "database.js");

    /// <summary>Creates a job, picks one up and updates it, and removes one.</summary>
    public async Task Commit()
    {
        Func<Task>[] steps = [Client.Create, () => Client.Work(updates: 2), () => Client.Remove(0), Client.PickUpNothing];
        foreach (var step in steps)
        {
            await step();
            if (Client.LastStatus is null) break;
        }
    }

    /// <summary>Fills the journal until a checkpoint is due, with changes during it and after it.</summary>
    public async Task Checkpoint()
    {
        await Outgrow();
        await Client.Create();
        await Eventually.True(() => server.Process.HasExited || HasCheckpoint, "the checkpoint ended");
        await Client.Create();
    }

    public async Task Outgrow()
    {
        var large = new LedgerClient(ledger, server.Client, "l", Large);
        for (var i = 0; i < 6; i++)
        {
            await large.Create();
            if (large.LastStatus is null) break;
        }
    }

    /// <summary>Makes a change, then stops the server.</summary>
    public async Task Stop()
    {
        await Client.Create();
        if (Client.LastStatus is null) return;
        server.Process.Signal(15);
        await server.Process.WaitForExit();
    }
}
