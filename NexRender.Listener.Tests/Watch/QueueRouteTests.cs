using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>The queue: what is next, how long it waits, and its pause.</summary>
[TestClass]
public sealed class QueueRouteTests
{
    [TestMethod]
    public async Task An_empty_queue_is_shown_as_one()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual(
            """{"paused":false,"queued":0,"delayed":0,"waiting":0,"oldestWaitSeconds":null,"next":null,"tags":[]}""",
            (await server.Get("queue")).Expect(200).Text);
    }

    [TestMethod]
    public async Task It_shows_what_pickups_would_get_by_tag_and_the_oldest_waits()
    {
        await using var farm = await Life.Farm.Start(new ListenerOptions { Ordering = JobOrdering.Priority });
        await farm.Server.Post(Some.Job("plain"));
        farm.Clock.Advance(TimeSpan.FromSeconds(10));
        await farm.Server.Post(Some.Job("low", "4k"));
        await farm.Server.Post(Some.Job("high", "4k,gpu", priority: 5));
        await farm.Server.Post(Some.Job("later", "4k", members: "\"notBefore\":\"2030-01-01T00:00:00.000Z\""));
        farm.Clock.Advance(TimeSpan.FromSeconds(5));
        const string expected =
            """{"paused":false,"queued":4,"delayed":1,"waiting":0,"oldestWaitSeconds":15"""
            + ""","next":{"uid":"high","tags":"4k,gpu","priority":5"""
            + ""","waitSeconds":5},"tags":[{"tag":"","queued":1,"oldestWaitSeconds":15,"next":"plain"},"""
            + """{"tag":"4k","queued":3,"oldestWaitSeconds":5,"next":"high"}"""
            + """,{"tag":"gpu","queued":1,"oldestWaitSeconds":5,"next":"high"}]}""";
        await Eventually.True(async () => (await farm.Server.Get("queue")).Text == expected, "the queue is shown");
        await farm.Server.Restart();
        Assert.AreEqual(expected, (await farm.Server.Get("queue")).Text);
        await farm.Worker("w").Take("high", "/gpu");
        await farm.Worker("other").Take("low", "/4k");
        await Eventually.True(
            async () => (await farm.Server.Get("queue")).Text.EndsWith(
                """,{"tag":"4k","queued":1,"oldestWaitSeconds":null,"next":null}]}"""),
            "the picked jobs are gone");
    }

    [TestMethod]
    public async Task A_paused_queue_hands_out_nothing_and_says_so_also_after_a_restart()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        Assert.AreEqual("""{"paused":true}""", (await server.Send("PATCH", "queue/pause")).Expect(200).Text);
        Assert.AreEqual("""{"paused":true}""", (await server.Send("PATCH", "queue/pause")).Expect(200).Text);
        await IsPaused(server);
        await server.Restart();
        await IsPaused(server);
        Assert.AreEqual("""{"paused":false}""", (await server.Send("PATCH", "queue/resume")).Expect(200).Text);
        var picked = (await server.Get("jobs/pickup")).Expect(200);
        Assert.AreEqual("a", picked.Member("uid"));
        Assert.IsNull(picked.Header("nexrender-queue"));
    }

    [TestMethod]
    public async Task The_start_line_says_that_the_queue_is_paused()
    {
        using var folder = new TempFolder();
        var database = folder.File("jobs.js");
        folder.Write("jobs.js.farm", "[\n{\"queuePausedAt\":\"2026-11-20T08:00:00.000Z\"}\n]\n");
        await using var server = await ServerProcess.Start([$"--port={Ports.Free()}", $"--database={database}"]);
        Assert.Contains("the queue is paused", await server.Started());
    }

    [TestMethod]
    public async Task A_damaged_file_of_pauses_is_ignored()
    {
        using var folder = new TempFolder();
        folder.Write("database.js.farm", "[{\"queuePausedAt\":");
        await using var server = await TestServer.Start(new ListenerOptions { Database = folder.File("database.js") });
        (await server.Get("queue")).Expect(200, "\"paused\":false");
    }

    private static async Task IsPaused(TestServer server)
    {
        var answer = (await server.Get("jobs/pickup")).Expect(200);
        Assert.AreEqual("{}", answer.Text);
        Assert.AreEqual("paused", answer.Header("nexrender-queue"));
        (await server.Get("queue")).Expect(200, "\"paused\":true", "\"queued\":1");
    }
}
