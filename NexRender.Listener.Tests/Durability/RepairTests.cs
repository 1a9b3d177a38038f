using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

[TestClass]
public sealed class RepairTests
{
    [TestMethod]
    public async Task The_real_server_keeps_what_can_be_read_of_a_damaged_file_with_recover()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var damaged = $"[\n{Stored("a")},\n{Stored("b")[..^2]},\n{Stored("c")},\n{{\"no\":\"uid\"}},\n{Stored("d")}\n]\n";
        await File.WriteAllTextAsync(database, damaged);
        await using (var refused = ServerProcess.Launch([$"--port={Ports.Free()}", $"--database={database}"]))
        {
            Assert.AreEqual(1, await refused.WaitForExit());
            Assert.Contains("--recover", refused.Errors.Text);
        }

        Assert.AreEqual(damaged, await File.ReadAllTextAsync(database));
        await using var server = await TestServer.Start(new ListenerOptions { Database = database, Recover = true });
        Assert.AreEqual("a c d", (await server.Get("jobs")).Expect(200).Uids);
        Assert.AreEqual(damaged, await File.ReadAllTextAsync(Single(folder, "database.js.damaged-*")));
        var report = await File.ReadAllTextAsync(Single(folder, "database.js.repaired-*.txt"));
        Assert.Contains($"byte {damaged.IndexOf(Stored("b")[..^2], StringComparison.Ordinal)}", report);
        Assert.Contains("\"no\":\"uid\"", report);
        await server.Restart();
        Assert.AreEqual("a c d", (await server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task An_intact_database_is_not_modified()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        await File.WriteAllTextAsync(database, $"[{Stored("a")}]");
        var before = FolderImage.Of(folder.Path);
        Assert.AreSequenceEqual(["a"], await Repaired(database));
        before.AssertSame(FolderImage.Of(folder.Path), "An intact database");
    }

    [TestMethod]
    public async Task A_damaged_record_loses_only_its_own_change()
    {
        using var folder = new TempFolder();
        var image = await Killed(folder, "a", "b", "c", "d");
        var journal = image["database.js.journal"];
        var at = journal.AsSpan().IndexOf("\"uid\":\"b\""u8);
        journal[at + 7] ^= 1;
        image.WriteTo(folder.Path);
        Assert.AreSequenceEqual(["a", "c", "d"], await Repaired(folder.File("database.js")));
        Assert.Contains("database.js.journal, byte", await File.ReadAllTextAsync(Single(folder, "*.txt")));
    }

    [TestMethod]
    public async Task A_damaged_line_feed_loses_nothing()
    {
        using var folder = new TempFolder();
        var image = await Killed(folder, "a", "b", "c", "d");
        var journal = image["database.js.journal"];
        var line = journal.AsSpan().IndexOf("\"uid\":\"b\""u8);
        journal[line + journal.AsSpan(line).IndexOf((byte)'\n')] ^= 4;
        image.WriteTo(folder.Path);
        Assert.AreSequenceEqual(["a", "b", "c", "d"], await Repaired(folder.File("database.js")));
    }

    [TestMethod]
    public async Task A_flipped_bit_loses_at_most_one_change()
    {
        using var folder = new TempFolder();
        var image = await Killed(folder, "a", "b", "c");
        var journal = image["database.js.journal"];
        // Of the zeros written ahead, which are most of the file, some are enough.
        for (var at = 0; at < journal.Length; at += journal[at] == 0 ? 61 : 1)
        {
            journal[at] ^= (byte)(1 << (at % 8));
            image.WriteTo(folder.Path);
            var found = await Repaired(folder.File("database.js"));
            journal[at] ^= (byte)(1 << (at % 8));
            Assert.IsGreaterThanOrEqualTo(2, found.Length, $"Byte {at}.");
            Assert.IsTrue(found.SequenceEqual(new[] { "a", "b", "c" }.Where(found.Contains)), $"Byte {at}: {string.Join(' ', found)}.");
        }
    }

    [TestMethod]
    public async Task A_journal_without_its_database_is_replayed()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        await File.WriteAllTextAsync(database, $"[{Stored("old")}]");
        var image = await Killed(folder, "a", "b");
        image.Remove("database.js");
        image.WriteTo(folder.Path);
        Assert.Contains("is missing", RecoveryResult.Of(database).Refusal!);
        Assert.AreSequenceEqual(["a", "b"], await Repaired(database));
    }

    [TestMethod]
    public async Task An_interrupted_repair_can_be_repeated()
    {
        using var folder = new TempFolder();
        var image = await Killed(folder, "a", "b", "c", "d");
        image["database.js.journal"][image["database.js.journal"].AsSpan().IndexOf("\"uid\":\"b\""u8) + 7] ^= 1;
        image.WriteTo(folder.Path);
        var moments = new List<(string Step, FolderImage Files)>();
        var disk = new SteppedDisk(step => moments.Add((step, FolderImage.Of(folder.Path))));
        await using (Embedded.Open(folder.File("database.js"), new StorageOptions { Disk = disk, Recover = true }))
        {
        }

        Assert.IsGreaterThan(10, moments.Count);
        foreach (var (step, files) in moments)
        {
            files.WriteTo(folder.Path);
            Assert.AreSequenceEqual(["a", "c", "d"], await Repaired(folder.File("database.js")), $"Before: {step}.");
        }
    }

    private static string Stored(string uid) =>
        $$"""{"uid":"{{uid}}","state":"queued","template":{"src":"s","composition":"c"},"assets":[{"type":"static","src":"x"}]}""";

    private static string Single(TempFolder folder, string pattern)
    {
        var found = Directory.GetFiles(folder.Path, pattern);
        Assert.HasCount(1, found, pattern);
        return found[0];
    }

    private static async Task<string[]> Repaired(string database)
    {
        await using var store = Embedded.Open(database, new StorageOptions { Disk = new QuickDisk(), Recover = true, ReserveSize = 1 });
        return await store.Uids();
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
