using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The journal holds the members that a change sets and removes, and a start makes the same bytes of them.</summary>
[TestClass]
public sealed class DeltaTests
{
    private static readonly string[] States = ["queued", "started", "render:dorender", "finished", "error", "paused"];

    private static readonly string[] Values =
    [
        "1", "1.50", "-0", "12345678901234567890", "true", "null", "\"\"", "\"a \\\" b\"", "\"\\ud83d\\ude00\"", "[1, {\"x\": [ ]}]", "{ }",
    ];

    private static readonly int[] FillerLengths = [0, 700, 1400, 9000, 20_000];

    [TestMethod]
    public async Task A_report_on_a_large_job_writes_little_to_the_journal_and_survives_a_kill()
    {
        using var folder = new TempFolder();
        await using var victim = await Victim.Start(folder.File("database.js"));
        (await victim.Client.Json("POST", "jobs", Some.Job("large", members: $"\"filler\":\"{new string('x', 3_000_000)}\""))).Expect(200);
        var before = Journaled(folder);
        (await victim.Client.Json("PUT", "jobs/large", """{"state":"render:dorender","renderProgress":1}""")).Expect(200);
        var sent = (await victim.Client.Json("PUT", "jobs/large", """{"state":"render:dorender","renderProgress":2}""")).Expect(200).Text;
        Assert.IsLessThan(4000, Journaled(folder) - before);
        victim.Kill();
        await using var next = await Victim.Start(folder.File("database.js"));
        Assert.AreEqual(sent, (await next.Client.Send("GET", "jobs/large")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Only_for_a_storage_that_takes_them_a_version_is_recorded_as_a_change_of_members(bool takesDeltas)
    {
        var job = Some.Job("a", state: "queued", members: $"\"filler\":\"{new string('x', 500)}\"");
        var before = Job.From(JsonObject.ParseRequest(Some.Bytes(job)));
        var versions = new VersionBuilder(new RetryPolicy(), TimeProvider.System, takesDeltas);
        var after = versions.WithState(before, "\"paused\""u8.ToArray());
        Assert.AreEqual(takesDeltas ? RecordKind.Update : RecordKind.Set, after.TakeRecord(before).Kind);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Killed_before_any_step_the_random_changes_so_far_give_the_same_bytes(int seed)
    {
        using var folder = new TempFolder();
        var states = new List<string> { "" };
        var images = new List<(string Step, int State, FolderImage Files)>();
        var disk = new SteppedDisk(step =>
        {
            lock (images) images.Add((step, states.Count - 1, FolderImage.Of(folder.Path)));
        });
        await using (var store = Embedded.Open(folder.File("database.js"), Options(disk)))
        {
            var random = new Random(seed);
            for (var i = 0; i < 150; i++)
            {
                await Change(store, random);
                var text = await store.Text();
                lock (images) states.Add(text);
            }
        }

        Assert.Contains(image => image.Files.Has("database.js.tmp") && image.Files.Has("database.js.journal.2"), images);
        foreach (var (step, state, files) in images)
        {
            using var copy = new TempFolder();
            files.WriteTo(copy.Path);
            await using var store = Embedded.Open(copy.File("database.js"), Options(new QuickDisk()));
            var found = await store.Text();
            if (found != states[state]) Assert.AreEqual(states[Math.Min(state + 1, states.Count - 1)], found, $"Killed before {step}.");
        }
    }

    [TestMethod]
    public async Task The_second_value_of_a_name_that_another_server_wrote_twice_counts_after_changes_too()
    {
        using var folder = new TempFolder();
        var stored = Some.Job("a", state: "queued", members: "\"m\":1,\"n\":2,\"\\u006d\":3,\"o\":4");
        await File.WriteAllTextAsync(folder.File("database.js"), $"[{stored}]");
        await using var store = Embedded.Open(folder.File("database.js"), Options(new QuickDisk()));
        Assert.IsNull(await store.Put("a", """{"n":5}"""));
        Assert.IsNull(await store.Put("a", """{"o":6}"""));
        var text = await store.Text();
        Assert.Contains("\"m\":3,\"n\":5,\"o\":6", text);
        using var copy = new TempFolder();
        FolderImage.Of(folder.Path).WriteTo(copy.Path);
        await using var next = Embedded.Open(copy.File("database.js"), Options(new QuickDisk()));
        Assert.AreEqual(text, await next.Text());
    }

    // So small that checkpoints begin while changes are made.
    private static StorageOptions Options(Disk disk) => new()
    {
        Disk = disk,
        MinJournalSize = 4_000,
        IdleCheckpointDelay = TimeSpan.FromHours(1),
        ReserveSize = 1,
    };

    private static long Journaled(TempFolder folder)
    {
        var bytes = FolderImage.Of(folder.Path)["database.js.journal"];
        return bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
    }

    private static async Task Change(Embedded store, Random random)
    {
        var uid = $"job{random.Next(5)}";
        switch (random.Next(12))
        {
            case < 2:
                // Jobs of more than 16 KB are kept in pieces.
                var filler = new string('x', FillerLengths[random.Next(FillerLengths.Length)]);
                await store.Post(Some.Job(uid, members: $"\"filler\":\"{filler}\",{Members(random)}"));
                break;
            case 2:
                await store.Put(uid, $"{{\"filler\":\"{new string('y', FillerLengths[random.Next(FillerLengths.Length)])}\"}}");
                break;
            case < 7:
                await store.Put(uid, $"{{{Members(random)}}}");
                break;
            case < 9:
                var state = States[random.Next(States.Length)];
                await store.Put(uid, $"{{\"state\":\"{state}\",\"renderProgress\":{random.Next(100)},\"error\":\"e\"}}");
                break;
            case 9:
                await store.PickUp();
                break;
            case 10:
                await store.Retry(uid);
                break;
            default:
                await store.Remove(uid);
                break;
        }
    }

    private static string Members(Random random)
    {
        var text = new StringBuilder();
        for (var i = 0; i <= random.Next(4); i++)
        {
            // The same name with and without escapes.
            var (number, isEscaped) = (random.Next(6), random.Next(2) == 0);
            var name = $"{(isEscaped ? "\\u006d" : "m")}{number}";
            text.Append(text.Length > 0 ? "," : "").Append($"\"{name}\":{Values[random.Next(Values.Length)]}");
        }
        return text.ToString();
    }
}
