using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Pickups;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>The index of held pickups signals one for each job, and each keeps its place.</summary>
[TestClass]
public sealed class WaitingPickupsTests
{
    private readonly WaitingPickups _waiting = new();

    [TestMethod]
    public void A_job_signals_one_pickup_and_the_next_job_the_next()
    {
        var pickups = new[] { Add(), Add(), Add() };
        for (var signalled = 1; signalled <= pickups.Length; signalled++)
        {
            Assert.IsTrue(_waiting.Offer(Job(""), null));
            Assert.AreEqual(signalled, pickups.Count(pickup => pickup.Signalled.IsCompleted));
            Assert.IsTrue(pickups[signalled - 1].Signalled.IsCompleted);
        }
        Assert.IsFalse(_waiting.Offer(Job(""), null));
        Assert.AreEqual(3, _waiting.Count);
    }

    [TestMethod]
    public void A_pickup_that_finds_the_job_gone_waits_in_its_old_place()
    {
        var (first, second) = (Add("4k", "8k"), Add("4k"));
        Assert.IsTrue(_waiting.Offer(Job("8k"), null));
        Assert.IsTrue(first.Signalled.IsCompleted);
        first.Renew();
        _waiting.Add(first);
        Assert.IsTrue(_waiting.Offer(Job("4k"), null));
        Assert.IsTrue(first.Signalled.IsCompleted);
        Assert.IsFalse(second.Signalled.IsCompleted);
    }

    [TestMethod]
    public void A_job_that_nobody_may_take_signals_nobody()
    {
        var pickup = Add("4k");
        Assert.IsFalse(_waiting.Offer(Job(""), null));
        Assert.IsFalse(_waiting.Offer(Job("gpu"), null));
        Assert.IsFalse(_waiting.Offer(Job("4k"), excluded: "w"));
        Assert.IsFalse(pickup.Signalled.IsCompleted);
        _waiting.Leave(pickup);
        Assert.IsFalse(_waiting.Offer(Job("4k"), null));
        Assert.AreEqual(0, _waiting.Count);
        Assert.IsEmpty(_waiting.Tags);
    }

    private static JobEntry Job(string tags) => new(Listener.Jobs.Job.FromStored(Some.Bytes(Some.Job("a", tags)))!, 1);

    private WaitingPickup Add(params string[] tags)
    {
        var pickup = _waiting.Enter(tags, new WorkerIdentity("w", IsNamed: true, "test"));
        _waiting.Add(pickup);
        return pickup;
    }
}
