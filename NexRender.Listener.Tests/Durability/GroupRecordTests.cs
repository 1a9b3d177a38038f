using System.Text;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The records of groups in a journal.</summary>
[TestClass]
public sealed class GroupRecordTests
{
    [TestMethod]
    public async Task A_group_has_effect_at_its_end_and_other_records_may_stand_between() =>
        Assert.AreSequenceEqual(["first", "c", "a", "b"], await Start(
            Grouped(1, 0, "a"), Add("c"), Grouped(1, 1, "b"), Grouped(2, 0, "never"), GroupMember.End(1, 2, [])));

    [TestMethod]
    public async Task A_group_without_its_end_has_none_and_its_number_may_be_used_again() =>
        Assert.AreSequenceEqual(["first", "c"], await Start(
            Grouped(1, 0, "a"), Grouped(1, 1, "b"), Grouped(1, 0, "c"), GroupMember.End(1, 1, [])));

    [TestMethod]
    public async Task Dropped_records_have_no_effect_and_the_last_one_of_a_job_counts() =>
        Assert.AreSequenceEqual(["first", "b", "a"], await Start(
            Grouped(1, 0, "a"), Grouped(1, 1, "x"), Grouped(1, 2, "b"), Grouped(1, 3, "a"), GroupMember.End(1, 4, [1])));

    [TestMethod]
    public async Task The_end_of_a_group_whose_records_stood_in_an_earlier_journal_is_covered_by_the_checkpoint() =>
        Assert.AreSequenceEqual(["first", "c"], await Start(GroupMember.End(7, 3, []), Add("c")));

    [TestMethod]
    public async Task A_group_with_a_missing_record_prevents_the_start_and_a_repair_keeps_the_others()
    {
        using var files = new TempFolder();
        Write(files, JournalFormat.Version, Grouped(1, 0, "a"), Grouped(1, 2, "c"), GroupMember.End(1, 3, []));
        var refused = RecoveryResult.Of(files.File("database.js"));
        Assert.Contains("group 1 of the journal is incomplete", refused.Refusal!);
        var options = new StorageOptions { Disk = new QuickDisk(), Recover = true, ReserveSize = 1 };
        await using var repaired = Embedded.Open(files.File("database.js"), options);
        Assert.AreSequenceEqual(["first", "a", "c"], await repaired.Uids());
    }

    [TestMethod]
    public async Task A_journal_of_version_2_is_replayed_and_continued_in_another()
    {
        using var files = new TempFolder();
        Write(files, version: 2, Add("a"), Add("b"));
        await using (var store = Embedded.Open(files.File("database.js"), new StorageOptions { Disk = new QuickDisk(), ReserveSize = 1 }))
        {
            Assert.AreSequenceEqual(["first", "a", "b"], await store.Uids());
            Assert.IsNull(await store.Create("c"));
            var killed = FolderImage.Of(files.Path);
            using var copy = new TempFolder();
            killed.WriteTo(copy.Path);
            Assert.AreSequenceEqual(["first", "a", "b", "c"], await Embedded.Uids(copy.File("database.js")));
        }
        Assert.AreSequenceEqual(["first", "a", "b", "c"], await Embedded.Uids(files.File("database.js")));
    }

    private static async Task<string[]> Start(params JournalRecord[] records)
    {
        using var files = new TempFolder();
        Write(files, JournalFormat.Version, records);
        return await Embedded.Uids(files.File("database.js"));
    }

    // Each record in a batch of its own, so that all of them were durable.
    private static void Write(TempFolder files, int version, params JournalRecord[] records)
    {
        var folder = new DatabaseFolder(new DatabasePaths(files.File("database.js")), new QuickDisk(), StorageLog.None);
        var mark = folder.Publish(files.File("database.js"), [Encoding.UTF8.GetBytes(Some.Job("first", state: "queued"))]);
        using var journal = JournalFile.Create(folder, 1, new JournalHeader(1, Jobs: 1, mark, version));
        foreach (var record in records)
        {
            journal.Write([record]);
            journal.Sync();
        }
    }

    private static JournalRecord Add(string uid) => new(RecordKind.Add, Json(uid));

    private static JournalRecord Grouped(long id, int index, string uid) => new GroupMember(id, index).Record(RecordKind.Add, Json(uid));

    private static byte[] Json(string uid) => Encoding.UTF8.GetBytes(Some.Job(uid, state: "queued"));
}
