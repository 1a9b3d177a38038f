using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Repair;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Files;

/// <summary>A journal knows the checkpoints that it belongs to, so that it is not merged into another file.</summary>
[TestClass]
public sealed class MismatchTests
{
    private const string Edited = """[{"uid":"edited","state":"queued","template":{"src":"s","composition":"c"}}]""";

    [TestMethod]
    public async Task A_file_edited_beside_a_journal_with_changes_is_refused_with_both_ways_out()
    {
        using var folder = new TempFolder();
        var killed = await Killed(folder, "a");
        var sound = killed["database.js"];
        killed["database.js"] = Some.Bytes(Edited);
        killed.WriteTo(folder.Path);
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", $"--database={folder.File("database.js")}"]);
        refused.ExpectRefusal(
            1, "is not the file that its journal", folder.File("database.js.journal"), "delete the journal", "put back the file");
        killed.AssertSame(FolderImage.Of(folder.Path), "A refused start");
        File.WriteAllBytes(folder.File("database.js"), sound);
        Assert.AreSequenceEqual(["a"], await Embedded.Uids(folder.File("database.js")));
        killed.WriteTo(folder.Path);
        File.Delete(folder.File("database.js.journal"));
        Assert.AreSequenceEqual(["edited"], await Embedded.Uids(folder.File("database.js")));
    }

    [TestMethod]
    public async Task An_older_file_beside_a_newer_journal_is_refused_whenever_it_was_copied()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var options = new StorageOptions { Disk = new QuickDisk(), IdleCheckpointDelay = TimeSpan.FromMilliseconds(20) };
        var images = new List<FolderImage>();
        await using (var store = Embedded.Open(database, options))
        {
            for (var i = 0; i < 4; i++)
            {
                await store.Create($"job{i}", padding: 5_000);
                var count = i + 1;
                await Eventually.True(() => File.ReadAllText(database).Split("\"uid\"").Length == count + 1, "a checkpoint was written");
                await store.Create($"job{i}-2");
                await store.Remove($"job{i}-2");
                images.Add(FolderImage.Of(folder.Path));
            }
        }
        foreach (var (older, newer) in images.Zip(images.Skip(1)))
        {
            // Journals that are older than the file are refused in the same way.
            AssertRefused(older["database.js"], newer);
            AssertRefused(newer["database.js"], older);
        }

        void AssertRefused(byte[] checkpoint, FolderImage image)
        {
            image.WriteTo(folder.Path);
            File.WriteAllBytes(database, checkpoint);
            Assert.Contains("is not the file that its journal", RecoveryResult.Of(database).Refusal ?? "It was accepted.");
        }
    }

    [TestMethod]
    public async Task A_file_edited_beside_a_journal_without_changes_is_accepted()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        (await Killed(folder)).WriteTo(folder.Path);
        await File.WriteAllTextAsync(database, Edited);
        for (var start = 1; start <= 3; start++)
        {
            await using var server = await Victim.Start(database);
            Assert.AreEqual("edited", string.Join(' ', (await server.Client.Send("GET", "jobs")).Expect(200).Uids));
            server.Kill();
        }
    }

    [TestMethod]
    public async Task A_repair_merges_what_can_be_read_and_says_so()
    {
        using var folder = new TempFolder();
        var killed = await Killed(folder, "a");
        killed["database.js"] = Some.Bytes(Edited);
        killed.WriteTo(folder.Path);
        var options = new StorageOptions { Disk = new QuickDisk(), Recover = true, ReserveSize = 1 };
        await using (var store = Embedded.Open(folder.File("database.js"), options))
            Assert.AreSequenceEqual(["edited", "a"], await store.Uids());
        Assert.AreSequenceEqual(["edited", "a"], await Embedded.Uids(folder.File("database.js")));
        var report = await File.ReadAllTextAsync(Directory.GetFiles(folder.Path, "*.repaired-*.txt").Single());
        Assert.Contains("is not the file that its journal", report);
    }

    [TestMethod]
    public async Task An_erasure_interrupted_between_any_two_steps_leaves_all_jobs_or_none()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        (await Killed(folder, "a", "b")).WriteTo(folder.Path);
        var moments = new List<(string Step, FolderImage Files)>();
        Storage.Repair.DatabaseEraser.Erase(database, new SteppedDisk(step => moments.Add((step, FolderImage.Of(folder.Path)))));
        Assert.IsGreaterThan(5, moments.Count);
        foreach (var (step, files) in moments)
        {
            files.WriteTo(folder.Path);
            Assert.IsTrue((await Embedded.Uids(database)).Length is 0 or 2, $"Before: {step}.");
        }
    }

    /// <summary>Returns the files of a store that created some jobs and was not stopped.</summary>
    private static async Task<FolderImage> Killed(TempFolder folder, params string[] uids)
    {
        var options = new StorageOptions { Disk = new QuickDisk(), IdleCheckpointDelay = TimeSpan.FromHours(1) };
        await using var store = Embedded.Open(folder.File("database.js"), options);
        foreach (var uid in uids) Assert.IsNull(await store.Create(uid));
        return FolderImage.Of(folder.Path);
    }
}
