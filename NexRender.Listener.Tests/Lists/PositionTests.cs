using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Lists;

/// <summary>The position of a queued job, and the remaining time of a render.</summary>
[TestClass]
public sealed class PositionTests
{
    [TestMethod]
    [DataRow(JobOrdering.OldestFirst, "a b c d")]
    [DataRow(JobOrdering.NewestFirst, "d c b a")]
    [DataRow(JobOrdering.Priority, "c a b d")]
    public async Task A_queued_job_says_how_many_are_handed_out_before_it(JobOrdering ordering, string order)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = ordering });
        foreach (var uid in new[] { "a", "b", "c", "d" }) (await server.Post(Some.Job(uid, priority: uid == "c" ? 5 : 0))).Expect(200);
        foreach (var (place, uid) in order.Split(' ').Index())
        {
            var status = (await server.Get($"jobs/{uid}/status?position=true")).Expect(200).Json;
            Assert.AreEqual(place, status.GetProperty("queuePosition").GetInt32(), uid);
        }
        var picked = (await server.Get("jobs/pickup")).Member("uid");
        Assert.AreEqual(order[..1], picked);
        var next = (await server.Get($"jobs/{order[2]}/status?position=true")).Expect(200).Json;
        Assert.AreEqual(0, next.GetProperty("queuePosition").GetInt32());
    }

    [TestMethod]
    public async Task A_delayed_job_comes_after_those_that_are_ready()
    {
        await using var farm = await Life.Farm.Start();
        (await farm.Server.Post(Some.Job("late", members: "\"notBefore\":\"2026-11-20T09:00:00.000Z\""))).Expect(200);
        await farm.Post("a", "b");
        var status = (await farm.Server.Get("jobs/late/status?position=true")).Expect(200).Json;
        Assert.AreEqual(2, status.GetProperty("queuePosition").GetInt32());
    }

    [TestMethod]
    public async Task A_rendering_job_says_how_long_it_takes_if_it_goes_on_as_it_did()
    {
        const string format = "yyyy-MM-ddTHH:mm:ss.fffZ";
        var (begun, now) = (DateTime.UtcNow.AddMinutes(-1).ToString(format), DateTime.UtcNow.ToString(format));
        await using var server = await TestServer.Start(database: $$"""
            [{"uid":"a","state":"render:dorender","executor":"w","startedAt":"{{begun}}","updatedAt":"{{now}}","renderProgress":25}]
            """);
        var status = (await server.Get("jobs/a/status?position=true")).Expect(200).Json;
        // A minute for the first quarter, so three for the rest, less what the request took.
        Assert.IsInRange(120.0, 300.0, status.GetProperty("etaSeconds").GetDouble());
        Assert.IsFalse(status.TryGetProperty("queuePosition", out _));
    }

    [TestMethod]
    public async Task Without_the_parameter_nothing_is_added_and_a_misspelt_one_is_refused()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var plain = (await server.Get("jobs/a/status")).Expect(200).Text;
        Assert.DoesNotContain("queuePosition", plain);
        Assert.AreEqual(plain, (await server.Get("jobs/a/status?position=false")).Expect(200).Text);
        (await server.Get("jobs/a/status?positon=true")).Expect(400, "did you mean \"position\"");
    }
}
