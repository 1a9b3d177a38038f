using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Feed;

/// <summary>The feed publishes each change once, in order, after it is durable, and never one that was rolled back.</summary>
[TestClass]
public sealed class ChangeFeedTests
{
    private const string Began =
        """{"state":"started","startedAt":"2026-11-20T08:00:00.000Z","executor":"w","template":{"src":"s","composition":"c"}}""";

    [TestMethod]
    public async Task A_change_is_published_once_it_is_durable_and_not_before()
    {
        var storage = new ManualStorage();
        await using var store = Open(storage);
        using var changes = store.Feed.Subscribe(100);
        var created = Create(store, "a");
        var read = changes.ReadAsync().AsTask();
        Assert.IsFalse(read.IsCompleted);
        storage.Commit();
        await created;
        var change = (await read)!.Value.Changes.Single();
        Assert.AreEqual("1 Created a by me", Line(change));
        Assert.IsNull(change.Before);
        Assert.AreEqual("queued", change.After!.State);
    }

    [TestMethod]
    public async Task A_change_that_was_rolled_back_is_never_published()
    {
        var storage = new ManualStorage();
        await using var store = Open(storage);
        using var changes = store.Feed.Subscribe(100);
        var kept = Create(store, "kept");
        storage.Commit();
        await kept;
        var lost = Create(store, "lost");
        var edited = store.UpdateAsync("kept", Json("""{"priority":1}"""), "me").AsTask();
        var removed = store.RemoveAsync("kept", "me").AsTask();
        storage.Fail();
        Assert.IsNotNull((await lost).Refusal);
        Assert.IsNotNull((await edited).Refusal);
        Assert.IsNotNull((await removed).Refusal);
        var next = store.PauseAsync("kept", "me").AsTask();
        storage.Commit();
        Assert.AreEqual(0, (await next).Change!.Before!.Priority);
        Assert.AreEqual("1 Created kept by me, 2 Paused kept by me", await ReadAll(store, changes));
    }

    [TestMethod]
    public async Task A_change_says_what_was_what_is_who_and_why()
    {
        var storage = new ManualStorage();
        await using var store = Open(storage);
        using var changes = store.Feed.Subscribe(100);
        foreach (var act in new Func<Task>[]
        {
            () => Create(store, "a"),
            () => store.Pickups.PickUpAsync([], new WorkerIdentity("w", IsNamed: true, "test")).AsTask(),
            () => store.UpdateAsync("a", Json(Began), "w").AsTask(),
            () => store.CancelAsync("a", "enough", "me").AsTask(),
            () => store.RetryAsync("a", "me").AsTask(),
            () => store.RemoveAsync("a", "me").AsTask(),
        })
        {
            var done = act();
            storage.Commit();
            await done;
        }

        await store.DisposeAsync();
        var all = (await changes.ReadAsync())!.Value.Changes;
        string Line(JobChange change) => $"{change.Before?.State}>{change.After?.State} {change.Attempt} {change.Reason}".TrimEnd();
        const string expected = "queued>picked 1, picked>started 1, started>error 1 enough, error>queued 1, queued> 2";
        Assert.AreEqual(expected, string.Join(", ", all.Skip(1).Select(Line)));
        Assert.IsNull(await changes.ReadAsync());
    }

    [TestMethod]
    public async Task A_slow_subscriber_loses_its_place_is_told_so_and_delays_nobody()
    {
        var storage = new ManualStorage();
        await using var store = Open(storage);
        using var slow = store.Feed.Subscribe(10);
        using var quick = store.Feed.Subscribe(1_000);
        for (var i = 0; i < 100; i++)
        {
            var created = Create(store, $"job-{i}");
            storage.Commit();
            Assert.IsNull((await created).Refusal);
            var (changes, none) = (await quick.ReadAsync())!.Value;
            Assert.AreEqual(($"job-{i}", 0L), (changes.Single().Uid, none));
        }

        var (left, missed) = (await slow.ReadAsync())!.Value;
        Assert.IsLessThanOrEqualTo(10, left.Count);
        Assert.AreEqual(100, left.Count + missed);
        Assert.AreEqual("job-99", left[^1].Uid);
    }

    [TestMethod]
    public async Task Changes_by_many_at_once_come_in_order_and_none_twice()
    {
        using var folder = new TempFolder();
        var database = Database.Open(folder.File("database.js"), new StorageOptions { Disk = new QuickDisk() }, _ => { }, _ => { });
        await using var store = JobStore.Open(database, JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System);
        using var changes = store.Feed.Subscribe(100_000);
        await Parallel.ForAsync(0, 50, async (worker, _) =>
        {
            for (var i = 0; i < 40; i++)
            {
                var uid = $"job-{worker}-{i}";
                Assert.IsNull((await Create(store, uid)).Refusal);
                Assert.IsNull((await store.PauseAsync(uid, "me")).Refusal);
                Assert.IsNull((await store.RemoveAsync(uid, "me")).Refusal);
            }
        });
        await store.DisposeAsync();
        var all = new List<JobChange>();
        while (await changes.ReadAsync() is var (batch, missed))
        {
            Assert.AreEqual(0, missed);
            all.AddRange(batch);
        }

        Assert.HasCount(50 * 40 * 3, all);
        for (var i = 0; i < all.Count; i++) Assert.AreEqual(i + 1, all[i].Sequence);
        foreach (var job in all.GroupBy(change => change.Uid))
            Assert.AreEqual("Created Paused Removed", string.Join(' ', job.Select(change => change.Kind)));
    }

    private static JobStore Open(ManualStorage storage) =>
        JobStore.Open(storage, JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System);

    private static JsonObject Json(string text) => JsonObject.ParseRequest(Encoding.UTF8.GetBytes(text));

    private static Task<JobResult> Create(JobStore store, string uid) => store.CreateAsync(Json(Some.Job(uid)), "me").AsTask();

    private static string Line(JobChange change) => $"{change.Sequence} {change.Kind} {change.Uid} by {change.By}";

    private static async Task<string> ReadAll(JobStore store, ChangeSubscription changes)
    {
        await store.DisposeAsync();
        var lines = new List<string>();
        while (await changes.ReadAsync() is var (batch, _)) lines.AddRange(batch.Select(Line));
        return string.Join(", ", lines);
    }
}
