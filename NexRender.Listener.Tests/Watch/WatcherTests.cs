using NexRender.Listener.Farm.Events;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Watch;

/// <summary>The bound of what a watcher has not read.</summary>
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
}
