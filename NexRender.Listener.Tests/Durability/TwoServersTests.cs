using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class TwoServersTests
{
    private const int Times = 100;

    [TestMethod]
    public async Task A_second_server_on_the_same_file_exits_with_one_line_and_the_first_is_unharmed()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var ledger = new Ledger();
        await using var first = await Victim.Start(database);
        await using var load = Load.Start(ledger, first.Port, clients: 1);
        for (var time = 1; time <= Times; time++)
        {
            await using var second = Victim.Launch(database);
            Assert.AreEqual(1, await second.Process.WaitForExit());
            Assert.HasCount(1, second.Process.Errors.Lines, second.Process.Errors.Text);
            Assert.Contains($"{database} is in use by another server", second.Process.Errors.Text);
            Assert.AreEqual("", second.Process.Output.Text);
        }

        await load.Stop();
        await ledger.Verify(first.Client, "while others tried to start");
    }

    [TestMethod]
    public async Task A_second_server_that_reaches_the_file_through_a_link_exits_too()
    {
        using var folder = new TempFolder();
        await using var first = await Victim.Start(folder.File("database.js"));
        var link = File.CreateSymbolicLink(folder.File("link.js"), folder.File("database.js"));
        await using var second = Victim.Launch(link.FullName);
        Assert.AreEqual(1, await second.Process.WaitForExit());
        Assert.Contains("is in use by another server", second.Process.Errors.Text);
    }

    [TestMethod]
    public async Task After_a_kill_the_next_server_can_open_the_file_at_once()
    {
        using var folder = new TempFolder();
        var ledger = new Ledger();
        for (var time = 1; time <= Times / 2; time++)
        {
            await using var server = await Victim.Start(folder.File("database.js"));
            await ledger.Verify(server.Client, $"after {time - 1} kills");
            await new LedgerClient(ledger, server.Client, "c").Create();
            server.Kill();
        }
    }
}
