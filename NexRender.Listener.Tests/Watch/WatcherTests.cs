using NexRender.Listener.Farm.Events;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Watch;

/// <summary>The bound of the events that a watcher has not read, and the watchers that share them.</summary>
[TestClass]
public sealed class WatcherTests
{
    private static readonly byte[] Small = new byte[100];
    private static readonly byte[] Large = new byte[4 << 20];

    [TestMethod]
    public async Task A_watcher_that_has_missed_much_is_not_dropped_by_the_next_event()
    {
        await using var store = JobStore.Open(new InMemoryStorage([]), JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System);
        using var hub = new EventHub(new EventWriter(store.Reader), "1.0.0", TimeProvider.System);
        using var watcher = hub.Watch(new EventFilter([], [], [], [], []), since: null);
        watcher.Begin(Large);
        Assert.IsTrue(watcher.TryAdd(Small));
        Assert.AreSame(Large, await watcher.ReadAsync(CancellationToken.None));
        Assert.AreSame(Small, await watcher.ReadAsync(CancellationToken.None));
        Assert.IsTrue(watcher.TryAdd(Small));
        Assert.IsFalse(watcher.TryAdd(Large));
        Assert.IsNull(await watcher.ReadAsync(CancellationToken.None));
    }

    [TestMethod]
    public void Filters_are_the_same_only_if_their_values_are()
    {
        Assert.AreEqual(Filter("a", "b").Key, Filter("b", "a").Key);
        Assert.AreNotEqual(Filter("a", "b").Key, Filter("a,b").Key);
        Assert.AreNotEqual(Filter("a\nqueued").Key, new EventFilter(["a"], ["queued"], [], [], []).Key);
        Assert.AreNotEqual(Filter("a").Key, new EventFilter([], ["a"], [], [], []).Key);
    }

    private static EventFilter Filter(params string[] uids) => new(uids, [], [], [], []);
}
