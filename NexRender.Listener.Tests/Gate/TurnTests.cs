using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>The bound on the requests that the inner listener works on at once.</summary>
[TestClass]
public sealed class TurnTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [TestMethod]
    public async Task Beyond_the_limit_requests_wait_and_begin_in_their_order()
    {
        using var turns = new TurnQueue(2, Never);
        var (first, second) = (await turns.BeginAsync(), await turns.BeginAsync());
        var (third, fourth) = (turns.BeginAsync().AsTask(), turns.BeginAsync().AsTask());
        Assert.IsFalse(third.IsCompleted);
        turns.End(second);
        await third;
        Assert.IsFalse(fourth.IsCompleted);
        turns.End(first);
        await fourth;
    }

    [TestMethod]
    public async Task A_turn_that_is_ended_twice_makes_room_for_one_other()
    {
        using var turns = new TurnQueue(1, Never);
        var first = await turns.BeginAsync();
        var (second, third) = (turns.BeginAsync().AsTask(), turns.BeginAsync().AsTask());
        turns.End(first);
        turns.End(first);
        await second;
        Assert.IsFalse(third.IsCompleted);
    }

    [TestMethod]
    public async Task A_request_that_waits_for_something_does_not_keep_others_from_their_turn()
    {
        using var turns = new TurnQueue(1, TimeSpan.FromMilliseconds(10));
        var first = await turns.BeginAsync();
        var second = await turns.BeginAsync();
        // It does not count twice.
        turns.End(first);
        var third = turns.BeginAsync().AsTask();
        turns.End(second);
        await third;
    }

    [TestMethod]
    public async Task At_the_end_all_that_wait_may_pass()
    {
        var turns = new TurnQueue(1, Never);
        await turns.BeginAsync();
        var second = turns.BeginAsync().AsTask();
        turns.Dispose();
        await second;
        await turns.BeginAsync();
    }

    [TestMethod]
    public async Task A_held_pickup_keeps_no_other_request_waiting_and_gets_its_job()
    {
        var gate = new GateLimits { Turns = 1, TurnTime = TimeSpan.FromMilliseconds(50) };
        await using var server = await TestServer.Start(new ListenerOptions { Gate = gate }, isGated: true);
        var held = server.Get("jobs/pickup?wait=30");
        (await server.Get("health")).Expect(200);
        (await server.Post(Some.Job("a"))).Expect(200);
        Assert.AreEqual("a", (await held).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task With_one_turn_many_clients_at_once_are_all_answered()
    {
        var gate = new GateLimits { Turns = 1, TurnTime = Never };
        await using var server = await TestServer.Start(new ListenerOptions { Gate = gate }, isGated: true);
        await Parallel.ForAsync(0, 200, async (i, _) => (await server.Post(Some.Job($"job-{i}"))).Expect(200));
        Assert.HasCount(200, (await server.Get("jobs")).Json.EnumerateArray());
    }
}
