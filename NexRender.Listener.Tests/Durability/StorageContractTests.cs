using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The job store over a storage in memory: it relies on what <see cref="IJobStorage"/> promises and on nothing else.</summary>
[TestClass]
public sealed class StorageContractTests
{
    private static readonly StorageFailure Broken = new("broken", IsDiskFull: false), Full = new("full", IsDiskFull: true);

    private readonly List<JournalRecord> _records = [];

    [TestMethod]
    public async Task A_change_is_acknowledged_and_shown_once_it_is_durable()
    {
        var (storage, store) = Open();
        storage.Hold();
        var creation = Create(store, "a");
        var reading = store.FindAsync("a").AsTask();
        Assert.IsFalse(creation.IsCompleted, "The change was acknowledged before it was durable.");
        Assert.IsFalse(reading.IsCompleted, "The change was shown before it was durable.");
        storage.Release();
        Assert.IsNull((await creation).Refusal);
        Assert.AreEqual("a", (await reading)?.Uid);
    }

    [TestMethod]
    public async Task A_failed_batch_is_refused_and_rolled_back_in_reverse_order()
    {
        var (storage, store) = Open();
        await Create(store, "a");
        await Create(store, "b");
        storage.Hold();
        Task<JobResult>[] changes =
        [
            store.RemoveAsync("a", "test").AsTask(), Create(store, "a"), Create(store, "c"), PickUp(store),
        ];
        storage.Fail(Broken);
        foreach (var change in changes) Assert.AreEqual(RefusalKind.Unavailable, (await change).Refusal?.Kind);
        Assert.AreEqual("a b", await Uids(store));
        Assert.AreEqual(JobState.Queued, (await store.FindAsync("b"))?.State);
        Assert.IsNull((await Create(store, "c")).Refusal);
        Assert.AreEqual("a b c", await Uids(store));
    }

    [TestMethod]
    public async Task A_recovered_store_shows_the_same_jobs_in_the_same_order()
    {
        var (_, store) = Open();
        foreach (var uid in new[] { "a", "b", "c", "d" }) await Create(store, uid);
        await store.RemoveAsync("b", "test");
        await Create(store, "b");
        await store.PauseAsync("c", "test");
        var (_, recovered) = Open();
        Assert.AreEqual("a c d b", await Uids(recovered));
        Assert.AreEqual((await store.FindAsync("c"))?.State, (await recovered.FindAsync("c"))?.State);
    }

    [TestMethod]
    public async Task A_full_storage_refuses_new_jobs_only()
    {
        var (storage, store) = Open();
        await Create(store, "a");
        storage.DiskFull = Full;
        Assert.AreEqual(RefusalKind.DiskFull, (await Create(store, "b")).Refusal?.Kind);
        Assert.AreEqual("a", (await PickUp(store)).Job?.Uid);
        Assert.IsNull((await store.RemoveAsync("a", "test")).Refusal);
        Assert.AreEqual(Full.Reason, store.HealthProblem);
    }

    [TestMethod]
    public async Task A_storage_that_refuses_every_change_still_allows_reads()
    {
        var (storage, store) = Open();
        await Create(store, "a");
        storage.Refusal = Broken;
        Assert.AreEqual(RefusalKind.Unavailable, (await Create(store, "b")).Refusal?.Kind);
        Assert.AreEqual(RefusalKind.Unavailable, (await store.RemoveAsync("a", "test")).Refusal?.Kind);
        Assert.AreEqual(RefusalKind.Unavailable, (await PickUp(store)).Refusal?.Kind);
        Assert.AreEqual("a", await Uids(store));
        storage.Refusal = null;
        Assert.IsNull((await Create(store, "b")).Refusal);
    }

    private (InMemoryStorage Storage, JobStore Store) Open()
    {
        var storage = new InMemoryStorage(_records);
        return (storage, JobStore.Open(storage, JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System));
    }

    private static Task<JobResult> Create(JobStore store, string uid)
    {
        var body = JsonObject.ParseRequest(Encoding.UTF8.GetBytes(Some.Job(uid)));
        return store.CreateAsync(body, "test").AsTask();
    }

    private static async Task<string> Uids(JobStore store) => string.Join(' ', (await store.ListAsync()).Select(job => job.Uid));

    private static async Task<JobResult> PickUp(JobStore store) =>
        (await store.Pickups.PickUpAsync([], new WorkerIdentity("worker", IsNamed: true, "test"))).Result;
}
