using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Durability.Ledgers;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>Logs the system calls of the real server: the journal is synced before each acknowledgement.</summary>
[TestClass]
public sealed class SyncTests
{
    private const string Calls = "?fdatasync,?fsync,?sendto,?sendmsg,?write,?writev";

    [TestMethod]
    public async Task Every_acknowledgement_is_sent_after_a_successful_sync_of_the_journal()
    {
        using var folder = new TempFolder();
        var calls = await Record(folder, async (server, ledger) =>
        {
            var client = new LedgerClient(ledger, server.Client, "c");
            for (var i = 0; i < 5; i++)
            {
                await client.Create();
                await client.Work(updates: 2);
                await client.Remove(0);
            }
        });
        var (answers, isSynced) = (0, false);
        foreach (var call in calls)
        {
            if (call.Contains("\"HTTP/1.1 200"))
            {
                answers++;
                Assert.IsTrue(isSynced, $"Answer {answers} was sent before a sync: {call}");
                isSynced = false;
            }
            else if (IsSync(call))
            {
                isSynced = true;
            }
        }

        Assert.AreEqual(25, answers);
    }

    [TestMethod]
    public async Task Simultaneous_changes_share_a_sync()
    {
        const int connections = 32, each = 32;
        using var folder = new TempFolder();
        var calls = await Record(folder, (server, ledger) => Task.WhenAll(Enumerable.Range(0, connections).Select(async number =>
        {
            using var connection = new TestClient(server.Port);
            var client = new LedgerClient(ledger, connection, $"c{number}");
            for (var i = 0; i < each; i++) await client.Create();
        })));
        var syncs = calls.Count(IsSync);
        Assert.IsGreaterThan(0, syncs);
        Assert.IsLessThan(connections * each, syncs);
    }

    // The second line of a call that was interrupted by another thread's does not name the file.
    private static bool IsSync(string call) =>
        call.EndsWith("= 0", StringComparison.Ordinal) && (call.Contains("database.js.journal>)") || call.Contains("fdatasync resumed"));

    /// <summary>Runs a server and returns its calls without those of the start.</summary>
    private static async Task<string[]> Record(TempFolder folder, Func<Victim, Ledger, Task> work)
    {
        await Strace.Require();
        var log = folder.File("calls");
        var ledger = new Ledger();
        await using (var server = await Victim.Start(folder.File("database.js"), Strace.Log(Calls, log)))
        {
            var before = Lines(log).Length;
            await work(server, ledger);
            server.Kill();
            await Eventually.True(() => Lines(log)[^1].Contains($"killed by SIGKILL"), "the log of the calls was complete");
            Assert.AreEqual(ledger.Entries.Count, ledger.Entries.Count(entry => entry.Acknowledged != LedgerEntry.Absent));
            return Lines(log)[before..];
        }
    }

    private static string[] Lines(string log)
    {
        using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
