using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Tests.Durability;

/// <summary>On a slow disk the writer waits for as many changes as the last batch had, for a short time.</summary>
[TestClass]
public sealed class GatherTests
{
    private static readonly JournalRecord Change = new(RecordKind.Remove, "\"a\""u8.ToArray());

    [TestMethod]
    public void After_a_disk_that_was_stuck_for_an_hour_one_change_is_written_alone()
    {
        var queue = WithBatchOf(2);
        queue.Append(Change, out _);
        Assert.HasCount(1, queue.Take(Timeout.InfiniteTimeSpan, lastSync: TimeSpan.FromHours(1))!.Records);
    }

    [TestMethod]
    public void On_a_fast_disk_the_first_change_is_written_at_once()
    {
        var queue = WithBatchOf(2);
        queue.Append(Change, out _);
        Assert.HasCount(1, queue.Take(Timeout.InfiniteTimeSpan, lastSync: TimeSpan.FromMilliseconds(1))!.Records);
    }

    private static CommitQueue WithBatchOf(int count)
    {
        var queue = new CommitQueue();
        for (var n = 0; n < count; n++) queue.Append(Change, out _);
        Assert.HasCount(count, queue.Take(TimeSpan.Zero)!.Records);
        queue.Succeed();
        return queue;
    }
}
