using System.Text;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>Journals in which a change of some members of a job is missing.</summary>
[TestClass]
public sealed class DeltaRepairTests
{
    [TestMethod]
    public async Task A_missing_change_prevents_the_start_and_a_repair_says_whose_it_is()
    {
        using var folder = new TempFolder();
        await Damage(folder, "\"n\":2", async store => await Put(store, """{"n":1}""", """{"n":2}""", """{"m":3}"""));
        Assert.Contains("--recover", RecoveryResult.Of(folder.File("database.js")).Refusal!);
        Assert.Contains("\"n\":1,\"m\":3}", await Repaired(folder));
        Assert.Contains("job a: a change is missing", Report(folder));
        Assert.DoesNotContain("job b:", Report(folder));
    }

    [TestMethod]
    public async Task A_missing_change_whose_members_were_changed_again_loses_nothing()
    {
        using var folder = new TempFolder();
        var expected = await Damage(folder, "\"n\":2", async store =>
        {
            await Put(store, """{"n":1}""", """{"n":2}""");
            // Every change sets the time, but within a millisecond to the same.
            for (var time = UpdatedAt(await store.Text()); UpdatedAt(await store.Text()) == time;) await Put(store, """{"n":3}""");
        });
        Assert.AreEqual(expected, await Repaired(folder));
        Assert.DoesNotContain("job a:", Report(folder));
    }

    [TestMethod]
    public async Task A_missing_change_before_a_whole_version_loses_nothing()
    {
        using var folder = new TempFolder();
        var whole = $$"""{"assets":[{"type":"static","src":"{{new string('y', 3000)}}"}]}""";
        var expected = await Damage(folder, "\"n\":2", async store => await Put(store, """{"n":1}""", """{"n":2}""", whole, """{"n":3}"""));
        Assert.AreEqual(expected, await Repaired(folder));
        Assert.DoesNotContain("job a:", Report(folder));
    }

    [TestMethod]
    public async Task Changes_of_a_job_whose_creation_is_missing_are_reported_and_not_kept()
    {
        using var folder = new TempFolder();
        await Damage(folder, "add {\"uid\":\"a\"", async store => await Put(store, """{"n":1}"""));
        Assert.DoesNotContain("\"uid\":\"a\"", await Repaired(folder));
        Assert.Contains("job a: there are changes of it, but no whole version", Report(folder));
    }

    [TestMethod]
    public async Task A_missing_change_of_a_job_that_was_removed_later_is_of_no_interest()
    {
        using var folder = new TempFolder();
        await Damage(folder, "\"n\":2", async store =>
        {
            await Put(store, """{"n":1}""", """{"n":2}""", """{"m":3}""");
            Assert.IsNull(await store.Remove("a"));
        });
        Assert.DoesNotContain("\"uid\":\"a\"", await Repaired(folder));
        Assert.DoesNotContain("job a:", Report(folder));
    }

    [TestMethod]
    public void A_change_of_a_version_that_is_not_there_prevents_the_start()
    {
        using var files = new TempFolder();
        // Without damage: only an error of a server could write such a journal.
        WriteJournal(files, Update);
        var refused = Assert.ThrowsExactly<StorageException>(() => Embedded.Open(files.File("database.js"), Options(recovers: false)));
        Assert.Contains("the journal changes job a", refused.Message);
    }

    [TestMethod]
    public async Task A_change_is_passed_if_the_checkpoint_holds_a_later_group_whose_records_are_gone()
    {
        using var files = new TempFolder();
        WriteJournal(files, Update, GroupMember.End(7, 1, []));
        Assert.AreSequenceEqual(["a"], await Embedded.Uids(files.File("database.js")));
    }

    private static JournalRecord Update => new(RecordKind.Update, "00000001 00000002 \"a\" {\"n\":1}"u8.ToArray());

    private static void WriteJournal(TempFolder files, params JournalRecord[] records)
    {
        var folder = new DatabaseFolder(new DatabasePaths(files.File("database.js")), new QuickDisk(), StorageLog.None);
        var mark = folder.Publish(files.File("database.js"), [Encoding.UTF8.GetBytes(Some.Job("a", state: "queued"))]);
        using var journal = JournalFile.Create(folder, 1, new JournalHeader(1, Jobs: 1, mark));
        journal.Write([.. records]);
        journal.Sync();
    }

    private static StorageOptions Options(bool recovers) => new()
    {
        Disk = new QuickDisk(),
        IdleCheckpointDelay = TimeSpan.FromHours(1),
        ReserveSize = 1,
        Recover = recovers,
    };

    private static string UpdatedAt(string jobs) => jobs[jobs.IndexOf("updatedAt", StringComparison.Ordinal)..][..36];

    private static async Task Put(Embedded store, params string[] bodies)
    {
        foreach (var body in bodies) Assert.IsNull(await store.Put("a", body));
    }

    /// <summary>Leaves the files of a killed store with two jobs, and one record of its journal damaged.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">A part of the record.</param>
    /// <param name="change">Changes the first job.</param>
    /// <returns>The jobs before the damage.</returns>
    private static async Task<string> Damage(TempFolder folder, string part, Func<Embedded, Task> change)
    {
        FolderImage killed;
        string text;
        await using (var store = Embedded.Open(folder.File("database.js"), Options(recovers: false)))
        {
            foreach (var uid in (string[])["a", "b"]) Assert.IsNull(await store.Create(uid, padding: 1000));
            await change(store);
            Assert.IsNull(await store.Put("b", """{"n":1}"""));
            (killed, text) = (FolderImage.Of(folder.Path), await store.Text());
        }
        var journal = killed["database.js.journal"];
        journal[journal.AsSpan().IndexOf(Encoding.UTF8.GetBytes(part)) + part.Length - 1] ^= 1;
        killed.WriteTo(folder.Path);
        return text;
    }

    private static async Task<string> Repaired(TempFolder folder)
    {
        await using var store = Embedded.Open(folder.File("database.js"), Options(recovers: true));
        return await store.Text();
    }

    private static string Report(TempFolder folder) => File.ReadAllText(Directory.GetFiles(folder.Path, "*.repaired-*.txt").Single());
}
