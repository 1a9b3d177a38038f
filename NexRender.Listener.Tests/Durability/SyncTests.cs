using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The system calls of the real server, written down: what is answered has been flushed before.</summary>
[TestClass]
public sealed class SyncTests
{
    private const string Calls = "?fdatasync,?fsync,?sendto,?sendmsg,?write,?writev";

    [TestMethod]
    public async Task Every_answer_to_a_change_leaves_after_a_flush_of_the_journal_has_succeeded()
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
        var (answers, isFlushed) = (0, false);
        foreach (var call in calls)
        {
            if (call.Contains("\"HTTP/1.1 200"))
            {
                answers++;
                Assert.IsTrue(isFlushed, $"Answer {answers} left before a flush: {call}");
                isFlushed = false;
            }
            else if (IsFlush(call))
            {
                isFlushed = true;
            }
        }

        Assert.AreEqual(25, answers);
    }

    [TestMethod]
    public async Task Changes_that_come_together_share_a_flush()
    {
        const int connections = 32, each = 32;
        using var folder = new TempFolder();
        var calls = await Record(folder, (server, ledger) => Task.WhenAll(Enumerable.Range(0, connections).Select(async number =>
        {
            using var connection = new TestClient(server.Port);
            var client = new LedgerClient(ledger, connection, $"c{number}");
            for (var i = 0; i < each; i++) await client.Create();
        })));
        var flushes = calls.Count(IsFlush);
        Assert.IsGreaterThan(0, flushes);
        Assert.IsLessThan(connections * each, flushes);
    }

    // The end of a call that another thread's came in between of does not say which file it was about.
    private static bool IsFlush(string call) =>
        call.EndsWith("= 0", StringComparison.Ordinal) && (call.Contains("database.js.journal>)") || call.Contains("fdatasync resumed"));

    /// <summary>Lets a server do something and returns its calls, those of its start left out.</summary>
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
