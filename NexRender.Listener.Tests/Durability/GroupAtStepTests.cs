using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>
/// Changes of many jobs, with a fault in each step of the storage, or the end of the process before it: all of a change is there, or none.
/// </summary>
[TestClass]
public sealed class GroupAtStepTests
{
    private const int IOError = 5, NoSpace = 28, AtOnce = 16, Jobs = 40;

    // Larger than what is written at a time, so that the records of one change are in several batches.
    private const int Padding = 60_000;

    [TestMethod]
    [DataRow(IOError, false)]
    [DataRow(NoSpace, false)]
    [DataRow(IOError, true)]
    [DataRow(NoSpace, true)]
    public async Task Whichever_step_fails_a_change_of_many_jobs_is_made_or_not(int error, bool isForGood)
    {
        var hasEnded = false;
        for (var from = 1; !hasEnded; from += AtOnce)
        {
            var runs = Enumerable.Range(from, AtOnce).Select(n => Task.Run(() => Run(new FaultyDisk(n, error, isForGood), isForGood)));
            hasEnded = (await Task.WhenAll(runs)).Any(failed => failed is null);
        }
    }

    [TestMethod]
    public async Task Killed_at_any_step_a_change_of_many_jobs_is_made_or_not()
    {
        using var folder = new TempFolder();
        var disk = new RecordingDisk(folder.Path);
        var states = new List<string>();
        await using (var store = Embedded.Open(folder.File("database.js"), Options(disk)))
        {
            foreach (var step in Steps)
            {
                states.Add(await Summary(store));
                await step(store);
            }

            states.Add(await Summary(store));
        }

        Assert.IsGreaterThan(50, disk.Images.Count);
        foreach (var (step, image) in disk.Images)
        {
            using var copy = new TempFolder();
            image.WriteTo(copy.Path);
            await using var store = Embedded.Open(copy.File("database.js"), Options(new QuickDisk()));
            Assert.Contains(await Summary(store), states, $"Killed before {step}.");
        }
    }

    // Each is one change of many jobs: of a kind of record, and with consequences for jobs that depend on others.
    private static Func<Embedded, Task<string?>>[] Steps =>
    [
        store => store.Submit(Jobs, Padding),
        store => store.ActOnAll((many, all) => many.PauseAsync(all, "test", isDryRun: false)),
        store => store.ActOnAll((many, all) => many.ResumeAsync(all, "test", isDryRun: false)),
        store => store.Cancel("job0"),
        store => store.ActOnAll((many, all) => many.RetryAsync(all, "test", isDryRun: false)),
        store => store.ActOnAll((many, all) => many.CancelAsync(all, "", "test", isDryRun: false)),
        store => store.ActOnAll((many, all) => many.RemoveAsync(all, "test", isDryRun: false)),
    ];

    private static StorageOptions Options(Disk disk) => new()
    {
        Disk = disk,
        MinJournalSize = 3_000_000,
        IdleCheckpointDelay = TimeSpan.FromHours(1),
        RetryInterval = TimeSpan.Zero,
        ReserveSize = 1,
    };

    private static async Task<string?> Run(FaultyDisk disk, bool isForGood)
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var (expected, uncertain) = ("all-gone ", new List<string>());
        FolderImage killed;
        try
        {
            await using var store = Embedded.Open(database, Options(disk));
            foreach (var step in Steps)
            {
                var refusal = await step(store);
                var found = await Summary(store);
                // A refused change left nothing behind, and later ones are made again once the disk works.
                if (refusal is not null) Assert.AreEqual(expected, found, $"After {disk.Failed}: {refusal}");
                if (refusal is not null) uncertain.Add(disk.Failed ?? "");
                if (refusal is not null && !isForGood) await Eventually.True(async () => await step(store) is null, $"after {disk.Failed}");
                expected = await Summary(store);
            }

            killed = disk.Image(folder.Path);
        }
        catch (StorageException)
        {
            killed = disk.Image(folder.Path);
        }

        await AssertHolds(database, expected, uncertain, isForGood, $"After {disk.Failed}, stopped and started.");
        killed.WriteTo(folder.Path);
        await AssertHolds(database, expected, uncertain, isForGood, $"After {disk.Failed}, killed and started.");
        return disk.Failed;
    }

    // A refused change that could not be truncated from the disk either may appear at the next start, but all of it.
    private static async Task AssertHolds(string database, string expected, List<string> uncertain, bool isForGood, string when)
    {
        await using var store = Embedded.Open(database, Options(new QuickDisk()));
        var found = await Summary(store);
        if (isForGood && uncertain.Count > 0) Assert.StartsWith("all-", found, when);
        else Assert.AreEqual(expected, found, when);
    }

    // The jobs are alike, but for the first and the two that depend on it: "all: 40 queued, first queued waiting waiting".
    private static async Task<string> Summary(Embedded store)
    {
        var jobs = await store.List();
        var others = jobs.Where(job => job.Links is null && job.Uid != "job0").CountBy(job => job.State).ToList();
        var linked = jobs.Where(job => job.Links is not null || job.Uid == "job0").Select(job => $"{job.Uid}={job.State}");
        return others.Count switch
        {
            0 => $"all-gone {string.Join(',', linked)}",
            1 => $"all-{others[0].Value}-{others[0].Key} {string.Join(',', linked)}",
            _ => $"some {string.Join(',', others.Select(state => $"{state.Value} {state.Key}"))}",
        };
    }
}
