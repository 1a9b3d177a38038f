using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A job is not handed out before its time. The clock of these tests begins at 8 o'clock on the 20th of November.</summary>
[TestClass]
public sealed class NotBeforeTests
{
    [TestMethod]
    [DataRow("2026-11-20T08:10:00.000Z", 10)]
    [DataRow("2026-11-20T08:10:00Z", 10)]
    [DataRow("2026-11-20T08:10Z", 10)]
    [DataRow("2026-11-20T10:10:00+02:00", 10)]
    // Without a zone it is UTC.
    [DataRow("2026-11-20T08:10:00", 10)]
    [DataRow("2026-11-21", 960)]
    [DataRow("2026-11-20T08:00:00Z", 0)]
    [DataRow("1999-01-01T00:00:00Z", 0)]
    public async Task A_delayed_job_is_handed_out_from_its_time_on(string time, int minutes)
    {
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", members: $"\"notBefore\":\"{time}\""))).Expect(200);
        await farm.Post("b");
        if (minutes > 0)
        {
            farm.Clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromMilliseconds(1));
            await farm.Worker("first").Take("b");
            Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
            Assert.AreEqual("queued", await farm.State("a"));
            farm.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    [DataRow("\"tomorrow\"")]
    [DataRow("\"\"")]
    [DataRow("\"2026-13-01T00:00:00Z\"")]
    // A time of any day, and one that two countries read as two days.
    [DataRow("\"08:10\"")]
    [DataRow("\"11/12/2026\"")]
    public async Task An_invalid_notBefore_is_refused(string value)
    {
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", members: $"\"notBefore\":{value}"))).Expect(400, "job notBefore must be a time such as");
        await farm.Post("b");
        (await farm.Edit("b", $"{{\"notBefore\":{value}}}")).Expect(400, "job notBefore must be a time such as");
    }

    [TestMethod]
    [DataRow(JobOrdering.OldestFirst, "a b c")]
    [DataRow(JobOrdering.NewestFirst, "c b a")]
    [DataRow(JobOrdering.Priority, "c a b")]
    public async Task A_delayed_job_takes_its_place_when_it_is_ready(JobOrdering ordering, string order)
    {
        await using var farm = await Farm.Start(new ListenerOptions { Ordering = ordering });
        foreach (var (uid, minute) in new[] { ("a", 5), ("b", 0), ("c", 9) })
        {
            var notBefore = $"\"notBefore\":\"2026-11-20T08:0{minute}:00Z\"";
            (await farm.Server.Post(Some.Job(uid, priority: uid == "c" ? 1 : 0, members: notBefore))).Expect(200);
        }
        farm.Clock.Advance(TimeSpan.FromMinutes(9));
        foreach (var uid in order.Split(' ')) await farm.Worker($"worker of {uid}").Take(uid);
    }

    [TestMethod]
    public async Task The_delay_can_be_changed_and_removed()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        (await farm.Edit("a", """{"notBefore":"2026-11-20T09:00:00Z"}""")).Expect(200);
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        (await farm.Edit("a", """{"notBefore":"2026-11-20T08:30:00Z"}""")).Expect(200);
        farm.Clock.Advance(TimeSpan.FromMinutes(30));
        (await farm.Edit("a", """{"notBefore":"2027-01-01"}""")).Expect(200);
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        (await farm.Edit("a", """{"notBefore":null}""")).Expect(200);
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task A_delay_applies_to_tagged_pickups_and_survives_a_restart()
    {
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", tags: "x", members: "\"notBefore\":\"2026-11-20T09:00:00Z\""))).Expect(200);
        await farm.Server.Restart();
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp("/x")).Text);
        farm.Clock.SetTimeOfDay(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero));
        Assert.AreEqual("a", (await farm.Worker("w").PickUp("/x")).Member("uid"));
    }

    [TestMethod]
    public async Task A_waiting_job_can_be_paused_cancelled_and_removed()
    {
        await using var farm = await Farm.Start();
        const string notBefore = "\"notBefore\":\"2026-11-20T08:01:00Z\"";
        foreach (var uid in new[] { "a", "b", "c" }) (await farm.Server.Post(Some.Job(uid, members: notBefore))).Expect(200);
        (await farm.Act("a", "pause")).Expect(200);
        (await farm.Act("b", "cancel")).Expect(200);
        (await farm.Server.Delete("jobs/c")).Expect(200);
        farm.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        (await farm.Act("a", "resume")).Expect(200);
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task The_latest_possible_time_is_valid()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Fail("broken");
        (await farm.Edit("a", """{"notBefore":"9999-12-31T23:59:59.999Z"}""")).Expect(200);
        (await farm.Act("a", "retry")).Expect(200);
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        await farm.Server.Restart();
        Assert.AreEqual("queued", await farm.State("a"));
    }
}
