using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Harness;

namespace NexRender.Listener.Tests.Many;

/// <summary>
/// Between the commit of a change of many jobs and the last index that follows it, lists and the copy for a checkpoint show the whole
/// change.
/// </summary>
[TestClass]
public sealed class UnfinishedBulkTests
{
    private static readonly BulkAction Cancellation = new(
        RecordKind.Set, job => Transition.To(Version(job.Uid, "error"), ChangeKind.Cancelled));

    private readonly JobTable _table = new(JobOrdering.OldestFirst, new RetryPolicy(), TimeProvider.System);
    private readonly GroupRecords _records = new(new InMemoryStorage([]));
    private readonly BulkCommit _commit = new("me");
    private readonly List<BulkItem> _items = [];

    [TestMethod]
    public void A_cancellation_is_in_every_copy_from_its_commit_on()
    {
        Commit(Cancellation);
        Shows("a queued, b error, c queued, d error, e error, f queued");
        foreach (var item in _items)
        {
            _table.Apply(item.Entry);
            Shows("a queued, b error, c queued, d error, e error, f queued");
        }
        Assert.AreEqual(0, _table.Jobs.Stale);
        Assert.AreEqual(3, _table.States.Counts.Single(state => state.Key == "error").Value);
    }

    [TestMethod]
    public void A_removal_is_in_every_copy_from_its_commit_on()
    {
        Commit(BulkAction.Removal);
        Shows("a queued, c queued, f queued");
        foreach (var item in _items)
        {
            _table.Apply(item.Entry);
            Shows("a queued, c queued, f queued");
        }
        Assert.AreEqual(0, _table.Jobs.Stale);
    }

    [TestMethod]
    public void A_rollback_before_the_indexes_have_followed_takes_it_back_everywhere()
    {
        Commit(Cancellation);
        _table.Apply(_items[1].Entry);
        _commit.RollBack(_table, pending => _table.Set(pending.Old!, pending.Change.Before!));
        Shows("a queued, b queued, c queued, d queued, e queued, f queued");
        Assert.AreEqual(0, _table.Jobs.Stale);
        Assert.AreEqual(6, _table.States.Counts.Single(state => state.Key == "queued").Value);
    }

    private static Job Version(string uid, string state) =>
        Job.From(JsonObject.Parse(Encoding.UTF8.GetBytes($$"""{"uid":"{{uid}}","state":"{{state}}"}"""), JsonObject.StoredDepth));

    private void Commit(BulkAction action)
    {
        foreach (var uid in (string[])["a", "b", "c", "d", "e", "f"]) _table.Add(Version(uid, "queued"));
        foreach (var uid in (string[])["b", "d", "e"])
        {
            var entry = _table.Find(uid)!;
            var item = new BulkItem(entry, entry.Job, _commit);
            item.Decide(action);
            item.Append(_records, ChangeRecord.Of(action.Record, item.Before, item.Transition.Next));
            item.Claim(_table);
            _items.Add(item);
        }
        Shows("a queued, b queued, c queued, d queued, e queued, f queued");
        _records.End(out var first, out var last);
        _commit.Commit(_items, first, last, DateTimeOffset.UnixEpoch);
        _table.AddStale(_commit.Claims, action == BulkAction.Removal);
        Assert.AreEqual(3, _table.Jobs.Stale);
    }

    private void Shows(string expected)
    {
        var (entries, jobs) = (new JobEntry?[_table.Jobs.Used], new Job?[_table.Jobs.Used]);
        Assert.IsTrue(_table.Jobs.TryCopyTo(entries, jobs));
        Assert.AreEqual(expected, Describe(jobs.OfType<Job>()));
        Assert.AreEqual(expected, Describe(_table.Jobs.ToArray()));
        Assert.AreEqual(expected, Describe(_table.Jobs.Entries().Select(entry => entry.Job)));
        Assert.AreEqual(expected, Describe(_table.Jobs.After(0).Select(entry => entry.Job)));
        Assert.AreEqual(expected, Describe(_table.Jobs.Before(long.MaxValue).Reverse().Select(entry => entry.Job)));
        Assert.AreEqual(expected.Split(", ").Length, _table.Count);
    }

    private static string Describe(IEnumerable<Job> jobs) => string.Join(", ", jobs.Select(job => $"{job.Uid} {job.State}"));
}
