using System.Text.Json.Nodes;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Workers from before pickups, tokens or string tags, and scripts that do as they did.</summary>
[TestClass]
public sealed class OldWorkerTests
{
    [TestMethod]
    [DataRow("""["4k","gpu"]""", "/4k", true)]
    [DataRow("""["4k","gpu"]""", "/gpu", true)]
    [DataRow("""["4k","gpu"]""", "/other,gpu", true)]
    [DataRow("""["4k","gpu"]""", "/other", false)]
    [DataRow("""["4k, gpu"]""", "/gpu", true)]
    [DataRow("""["g!p?u"]""", "/gpu", true)]
    [DataRow("""[7]""", "/7", true)]
    [DataRow("""[]""", "/gpu", false)]
    [DataRow("""["4k","gpu"]""", "", true)]
    public async Task An_array_of_tags_matches_as_the_joined_string_does(string tags, string asked, bool isHandedOut)
    {
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", members: $"\"tags\":{tags}"))).Expect(200);
        var answer = await farm.Worker("w").PickUp(asked);
        Assert.AreEqual(isHandedOut, answer.Text != "{}");
        Assert.AreEqual(tags, (await farm.Job("a")).Raw("tags"), "the array is kept as it was sent");
    }

    [TestMethod]
    [DataRow("""{"state":"started"}""")]
    [DataRow("""{"state":"render:dorender","renderProgress":5}""")]
    [DataRow("""{"state":"render:setup"}""")]
    public async Task A_job_whose_reports_have_no_token_is_held_to_its_lease_too(string report)
    {
        await using var farm = await Farm.Start(new ListenerOptions { Lease = TimeSpan.FromSeconds(60) });
        await farm.Post("a");
        await farm.Worker("w").Take("a");
        (await farm.Edit("a", report)).Expect(200);
        farm.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.AreNotEqual("queued", await farm.State("a"));
        farm.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual("queued", await farm.State("a"));
    }

    [TestMethod]
    public async Task Of_two_workers_that_begin_with_the_same_listed_job_the_second_is_refused()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        copy["state"] = "started";
        farm.Clock.Advance(TimeSpan.FromSeconds(1));
        (await farm.Edit("a", copy.ToJsonString())).Expect(200);
        (await farm.Edit("a", copy.ToJsonString())).Expect(409);
        Assert.AreEqual("started", await farm.State("a"));
        // The first one goes on, with what it has read since.
        copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        copy["state"] = "finished";
        (await farm.Edit("a", copy.ToJsonString())).Expect(200);
        Assert.AreEqual("finished", await farm.State("a"));
    }

    [TestMethod]
    public async Task The_second_is_refused_with_a_token_of_its_own_too()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var copy = JsonNode.Parse((await farm.Job("a")).Text)!.AsObject();
        (copy["state"], copy["startedAt"]) = ("started", "2026-11-20T08:00:01.000Z");
        farm.Clock.Advance(TimeSpan.FromSeconds(1));
        var first = await farm.Edit("a", copy.ToJsonString());
        copy["startedAt"] = "2026-11-20T08:00:02.000Z";
        var second = await farm.Edit("a", copy.ToJsonString());
        Assert.AreEqual("409 409", $"{first.Status} {second.Status}", "a listed job is not handed out to whoever sends a token");
    }
}
