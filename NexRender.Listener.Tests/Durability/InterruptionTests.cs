using System.Collections.Concurrent;
using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>Starts from the files between any two steps of the storage, recorded in this process, so on every system.</summary>
[TestClass]
public sealed class InterruptionTests
{
    [TestMethod]
    public async Task Interrupted_between_any_two_steps_of_commits_checkpoints_and_a_stop_it_starts_with_everything_twice()
    {
        using var folder = new TempFolder();
        var moments = await RunAndRemember(folder);
        Assert.Contains(moment => moment.Files.Has("database.js.journal.2") && !moment.Files.Has("database.js.journal"), moments);
        Assert.Contains(moment => moment.Files.Has("database.js.tmp") && moment.Files.Has("database.js.journal"), moments);
        foreach (var moment in moments) await AssertWhole(folder, moment);
    }

    [TestMethod]
    public async Task A_start_interrupted_between_any_two_steps_loses_nothing()
    {
        using var folder = new TempFolder();
        var moments = await RunAndRemember(folder);
        // The files with which a start has most to do: a torn tail, an old journal, an incomplete checkpoint.
        var moment = moments.Last(m =>
            m.Files.Has("database.js.tmp") && m.Files.Has("database.js.journal") && m.Files.Has("database.js.journal.2"));
        moment.Files["database.js.journal.2"] = [.. moment.Files["database.js.journal.2"], .. "17 0000"u8, .. new byte[100]];
        moment.Files.WriteTo(folder.Path);
        var during = new ConcurrentQueue<Moment>();
        var disk = new SteppedDisk(step => during.Enqueue(moment with { Step = step, Files = FolderImage.Of(folder.Path) }));
        await using (Embedded.Open(folder.File("database.js"), new StorageOptions { Disk = disk }))
        {
        }

        Assert.IsNotEmpty(during);
        foreach (var each in during) await AssertWhole(folder, each);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task A_journal_of_version_1_that_the_checkpoint_covers_can_be_replayed(int number)
    {
        using var files = new TempFolder();
        var database = files.File("database.js");
        var folder = new DatabaseFolder(new DatabasePaths(database), new QuickDisk(), StorageLog.None);
        folder.Publish(database, [.. new[] { "a", "d", "b" }.Select(uid => Encoding.UTF8.GetBytes(Some.Job(uid)))]);
        using (var journal = JournalFile.Create(folder, number, new JournalHeader(1, Jobs: 0, Checkpoint: null, Version: 1)))
        {
            journal.Write([Add("a"), Add("b"), Add("c"), Add("d"), Remove("b"), Add("b"), Remove("c")]);
            journal.Sync();
        }
        Assert.AreSequenceEqual(["a", "d", "b"], await Embedded.Uids(database));
        Assert.AreSequenceEqual(["a", "d", "b"], await Embedded.Uids(database));

        static JournalRecord Add(string uid) => new(RecordKind.Add, Encoding.UTF8.GetBytes(Some.Job(uid)));
        static JournalRecord Remove(string uid) => new(RecordKind.Remove, Encoding.UTF8.GetBytes($"\"{uid}\""));
    }

    [TestMethod]
    public async Task Changes_missing_between_two_journals_prevent_the_start()
    {
        using var folder = new TempFolder();
        var moment = (await RunAndRemember(folder)).Last(m =>
            m.Files.Has("database.js.journal") && m.Files.Has("database.js.journal.2") && m.Files["database.js.journal.2"].Length > 200);
        var old = moment.Files["database.js.journal"];
        var last = old.AsSpan().LastIndexOf((byte)'\n');
        moment.Files["database.js.journal"] = old[..(old.AsSpan(..last).LastIndexOf((byte)'\n') + 1)];
        moment.Files.WriteTo(folder.Path);
        var reading = RecoveryResult.Of(folder.File("database.js"));
        Assert.IsNotNull(reading.Refusal);
        Assert.Contains("database.js.journal.2 begins with change", reading.Refusal);
        moment.Files.AssertSame(FolderImage.Of(folder.Path), "A refused start");
    }

    /// <summary>Runs a store through a checkpoint and a stop; returns the files before every step.</summary>
    private static async Task<List<Moment>> RunAndRemember(TempFolder folder)
    {
        var moments = new ConcurrentQueue<Moment>();
        var (confirmed, sent) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        var checkpointing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var disk = new SteppedDisk(step =>
        {
            // What is acknowledged by now must be in the files as they are now, so it is read first.
            var acknowledged = confirmed.ToArray();
            moments.Enqueue(new Moment(step, FolderImage.Of(folder.Path), acknowledged, sent));
            if (step.StartsWith("delete database.js.journal", StringComparison.Ordinal)) checkpointing.TrySetResult();
        });
        var options = new StorageOptions { Disk = disk, MinJournalSize = 2_000, IdleCheckpointDelay = TimeSpan.FromHours(1) };
        await using (var store = Embedded.Open(folder.File("database.js"), options))
        {
            for (var i = 0; !checkpointing.Task.IsCompleted; i++)
            {
                sent.Enqueue($"job{i}");
                Assert.IsNull(await store.Create($"job{i}", padding: 100));
                confirmed.Enqueue($"job{i}");
            }
        }

        return [.. moments];
    }

    private static async Task AssertWhole(TempFolder folder, Moment moment)
    {
        var database = folder.File("database.js");
        moment.Files.WriteTo(folder.Path);
        for (var start = 1; start <= 2; start++)
        {
            var found = await Embedded.Uids(database);
            Assert.IsGreaterThanOrEqualTo(moment.Acknowledged.Length, found.Length, $"Before: {moment.Step}; start {start}.");
            Assert.AreSequenceEqual(moment.Sent.Take(found.Length), found, $"Before: {moment.Step}; start {start}.");
        }
    }

    private sealed record Moment(string Step, FolderImage Files, string[] Acknowledged, IEnumerable<string> Sent);
}
