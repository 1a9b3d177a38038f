using System.Text;
using System.Text.RegularExpressions;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>Databases as earlier versions of the server left them when they were killed.</summary>
[TestClass]
public sealed class OldJournalTests
{
    private static readonly string Version3 = Repository.Path("NexRender.Listener.Tests", "Durability", "Journal3");

    [TestMethod]
    public async Task A_journal_of_version_3_is_read_and_followed_by_one_of_the_present_version()
    {
        using var folder = new TempFolder();
        foreach (var path in Directory.GetFiles(Version3, "database.js*")) File.Copy(path, folder.File(Path.GetFileName(path)));
        var expected = (await File.ReadAllTextAsync(Path.Combine(Version3, "expected.json")))[1..^1];
        FolderImage killed;
        string changed;
        await using (var store = Embedded.Open(folder.File("database.js"), Options))
        {
            Assert.AreEqual(expected, (await store.Text()).ReplaceLineEndings(","));
            Assert.IsNull(await store.Put("job-3", """{"renderProgress":77}"""));
            Assert.IsNull(await store.Cancel("part-1"));
            changed = await store.Text();
            killed = FolderImage.Of(folder.Path);
        }

        Assert.IsTrue(killed.Has("database.js.journal.2") && killed.Has("database.js.journal.3"));
        killed.WriteTo(folder.Path);
        await using var next = Embedded.Open(folder.File("database.js"), Options);
        Assert.AreEqual(changed, await next.Text());
    }

    [TestMethod]
    public async Task A_journal_that_begins_with_a_delta_has_a_record_that_servers_without_deltas_know()
    {
        using var folder = new TempFolder();
        foreach (var path in Directory.GetFiles(Version3, "database.js*")) File.Copy(path, folder.File(Path.GetFileName(path)));
        await using var store = Embedded.Open(folder.File("database.js"), Options);
        Assert.IsNull(await store.Put("job-3", """{"renderProgress":77}"""));
        var journal = await File.ReadAllTextAsync(folder.File("database.js.journal.3"));
        Assert.MatchesRegex(new Regex("^nexrender-listener journal 4 .*\n[0-9]+ [0-9a-f]{8} [0-9a-f]{8} B ans \\{\\}\n.* - upd "), journal);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_journal_of_a_later_version_is_refused(bool recovers)
    {
        using var folder = new TempFolder();
        var header = "nexrender-listener journal 5 1 0 0 00000000 new ";
        var journal = $"{header}{Crc32C.Compute(Encoding.ASCII.GetBytes(header)):x8}\n1 later\n";
        File.WriteAllText(folder.File("database.js.journal"), journal);
        var options = Options with { Recover = recovers };
        var error = Assert.ThrowsExactly<StorageException>(() => Embedded.Open(folder.File("database.js"), options));
        Assert.AreEqual(StorageProblem.TooNew, error.Problem);
        Assert.AreEqual(journal, File.ReadAllText(folder.File("database.js.journal")));
    }

    private static StorageOptions Options => new()
    {
        Disk = new QuickDisk(),
        IdleCheckpointDelay = TimeSpan.FromHours(1),
        ReserveSize = 1,
    };
}
