using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The first step of the storage fails, then the second, and so on until the last; in this process, so on every system.</summary>
[TestClass]
public sealed class FaultAtStepTests
{
    private const int IOError = 5, NoSpace = 28, AtOnce = 16;

    [TestMethod]
    [DataRow(IOError, false)]
    [DataRow(NoSpace, false)]
    [DataRow(IOError, true)]
    [DataRow(NoSpace, true)]
    public async Task Whichever_step_fails_acknowledged_changes_are_kept_and_refused_ones_are_not(int error, bool isForGood)
    {
        var hasEnded = false;
        for (var from = 1; !hasEnded; from += AtOnce)
        {
            var runs = Enumerable.Range(from, AtOnce).Select(n => Task.Run(() => Run(new FaultyDisk(n, error, isForGood), isForGood)));
            hasEnded = (await Task.WhenAll(runs)).Any(failed => failed is null);
        }
    }

    private static async Task<string?> Run(FaultyDisk disk, bool isForGood)
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var (expected, refused) = (new List<string>(), new List<string>());
        await Prepare(database, expected);
        var options = new StorageOptions
        {
            Disk = disk,
            MinJournalSize = 1_500,
            IdleCheckpointDelay = TimeSpan.FromHours(1),
            RetryInterval = TimeSpan.Zero,
            ReserveSize = 1,
        };
        FolderImage killed;
        try
        {
            await using var store = Embedded.Open(database, options);
            for (var i = 0; i < 24; i++) await Change(store, expected, refused, i);
            Assert.AreSequenceEqual(expected, await store.Uids(), $"After {disk.Failed}, running.");
            if (!isForGood) await AssertAcceptsAgain(store, expected, disk.Failed);
            killed = disk.Image(folder.Path);
        }
        catch (StorageException)
        {
            killed = disk.Image(folder.Path);
        }

        var uncertain = isForGood ? refused : [];
        await AssertHolds(database, expected, uncertain, $"After {disk.Failed}, stopped and started.");
        killed.WriteTo(folder.Path);
        await AssertHolds(database, expected, uncertain, $"After {disk.Failed}, killed and started.");
        return disk.Failed;
    }

    private static async Task Prepare(string database, List<string> expected)
    {
        await using var store = Embedded.Open(database, new StorageOptions { Disk = new QuickDisk(), ReserveSize = 1 });
        for (var i = 0; i < 3; i++)
        {
            await store.Create($"before{i}");
            expected.Add($"before{i}");
        }
    }

    private static async Task Change(Embedded store, List<string> expected, List<string> refused, int number)
    {
        var isRemoval = number % 5 == 4;
        var uid = isRemoval ? expected[number % expected.Count] : $"job{number}";
        var refusal = isRemoval ? await store.Remove(uid) : await store.Create(uid, padding: 150);
        if (refusal is not null) refused.Add(uid);
        else if (isRemoval) expected.Remove(uid);
        else expected.Add(uid);
    }

    // A refused change that could not be truncated from the disk either may appear at the next start: its client was told that it failed.
    private static async Task AssertHolds(string database, List<string> expected, List<string> uncertain, string when)
    {
        var found = await Embedded.Uids(database);
        Assert.AreSequenceEqual(expected.Except(uncertain), found.Except(uncertain), when);
    }

    private static async Task AssertAcceptsAgain(Embedded store, List<string> expected, string? failed)
    {
        await Eventually.True(async () => await store.Create("again") is null, $"changes were accepted again after {failed}");
        expected.Add("again");
        await Eventually.True(() => store.HealthProblem is null, $"there was no problem any more after {failed}");
    }
}
