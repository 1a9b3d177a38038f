using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>A server that something may be done to at any moment, and what is asked of it; every step stops where it is gone.</summary>
internal class Scene(string folder, Victim server, Ledger ledger)
{
    private const int Large = 3_000_000;

    public Victim Server => server;

    public Ledger Ledger => ledger;

    public LedgerClient Client { get; } = new(ledger, server.Client, "c");

    public string Folder => folder;

    public bool HasCheckpoint => !File.Exists(OldJournal) && new FileInfo(Database).Length > 5 * Large;

    private string Database => Path.Combine(folder, "database.js");

    private string OldJournal => Database + ".journal.old";

    /// <summary>A job created, one picked up and taken further, one removed.</summary>
    public async Task Commit()
    {
        foreach (var step in new Func<Task>[] { Client.Create, () => Client.Work(updates: 2), () => Client.Remove(0), Client.PickUpNothing })
        {
            await step();
            if (Client.LastStatus is null) break;
        }
    }

    /// <summary>More than a journal may grow to, so that a checkpoint is due; and something beside it and after it.</summary>
    public async Task Checkpoint()
    {
        await Outgrow();
        await Client.Create();
        await Eventually.True(() => server.Process.HasExited || HasCheckpoint, "the checkpoint came to an end");
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

    /// <summary>A change, then a graceful stop.</summary>
    public async Task Stop()
    {
        await Client.Create();
        if (Client.LastStatus is null) return;
        server.Process.Signal(15);
        await server.Process.WaitForExit();
    }
}
