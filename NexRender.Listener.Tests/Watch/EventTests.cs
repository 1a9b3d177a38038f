using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>The stream of events: names, data, filters, and how it continues.</summary>
[TestClass]
public sealed class EventTests
{
    [TestMethod]
    public async Task Every_step_of_a_job_is_an_event_with_the_status_and_who_did_what()
    {
        await using var farm = await Life.Farm.Start();
        using var events = await EventReader.Open(farm.Server.Port, "?types=job");
        var hello = await events.Expect("hello");
        Assert.AreEqual(events.LastId, hello.GetProperty("id").GetString());
        await farm.Post("a");
        var created = await events.Expect("job.created");
        Assert.AreEqual("queued", created.GetProperty("state").GetString());
        Assert.AreEqual("created", created.GetProperty("change").GetProperty("kind").GetString());
        var worker = await farm.Worker("mac-07").Take("a");
        await events.Expect("job.picked");
        await worker.Start();
        await events.Expect("job.started");
        await worker.Progress(40);
        var change = (await events.Expect("job.progress")).GetProperty("change");
        Assert.AreEqual("progress", change.GetProperty("kind").GetString());
        Assert.AreEqual("mac-07", change.GetProperty("by").GetString());
        Assert.AreEqual(1, change.GetProperty("attempt").GetInt32());
        await worker.Finish();
        await events.Expect("job.finished");
        await farm.Act("a", "retry");
        Assert.AreEqual("retried", (await events.Expect("job.requeued")).GetProperty("change").GetProperty("kind").GetString());
        await farm.Act("a", "pause");
        await events.Expect("job.paused");
        await farm.Act("a", "resume");
        await events.Expect("job.resumed");
        await farm.Act("a", "cancel", """{"reason":"no \"use\""}""");
        Assert.AreEqual("no \"use\"", (await events.Expect("job.cancelled")).GetProperty("change").GetProperty("reason").GetString());
        await farm.Server.Delete("jobs/a");
        await events.Expect("job.removed");
    }

    [TestMethod]
    public async Task A_text_that_has_no_UTF_8_does_not_end_the_events()
    {
        await using var server = await TestServer.Start();
        using var events = await EventReader.Open(server.Port, "?types=job.cancelled");
        await events.Expect("hello");
        await server.Post(Some.Job("a"));
        (await server.Client.Json("PATCH", "jobs/a/cancel", "{\"reason\":\"half \\ud83d\"}")).Expect(200);
        var change = (await events.Expect("job.cancelled")).GetProperty("change");
        Assert.AreEqual("half \uFFFD", change.GetProperty("reason").GetString());
    }

    [TestMethod]
    public async Task Workers_and_the_queue_have_events_too()
    {
        await using var farm = await Life.Farm.Start();
        using var events = await EventReader.Open(farm.Server.Port, "?types=worker,queue");
        await events.Expect("hello");
        await farm.Worker("w").PickUp();
        Assert.AreEqual("w", (await events.Expect("worker.online")).GetProperty("name").GetString());
        await farm.Post("a");
        var worker = await farm.Worker("w").Take("a");
        Assert.AreEqual("a", (await events.Expect("worker.busy")).GetProperty("job").GetProperty("uid").GetString());
        await worker.Start();
        await worker.Finish();
        await events.Expect("worker.idle");
        await farm.Server.Send("PATCH", "workers/w/pause");
        await events.Expect("worker.paused");
        await farm.Server.Send("PATCH", "workers/w/resume");
        await events.Expect("worker.idle");
        farm.Clock.Advance(TimeSpan.FromMinutes(2));
        await events.Expect("worker.silent");
        await farm.Server.Send("PATCH", "queue/pause");
        Assert.IsTrue((await events.Expect("queue.paused")).GetProperty("paused").GetBoolean());
        await farm.Server.Send("PATCH", "queue/resume");
        await events.Expect("queue.resumed");
    }

    [TestMethod]
    [DataRow("?uid=b", "job.created b, job.picked b, job.started b, job.finished b")]
    [DataRow("?states=finished", "job.finished a, job.finished b")]
    [DataRow("?states=rendering&uid=a,b", "job.started a, job.started b")]
    [DataRow("?worker=w2&types=job", "job.picked b, job.started b, job.finished b")]
    [DataRow("?batch=x", "job.created b, job.picked b, job.started b, job.finished b")]
    [DataRow("?types=job.created,job.removed", "job.created a, job.created b, job.created end, job.removed end")]
    public async Task A_filter_selects_events(string query, string expected)
    {
        await using var farm = await Life.Farm.Start();
        using var events = await EventReader.Open(farm.Server.Port, query);
        using var all = await EventReader.Open(farm.Server.Port);
        await events.Expect("hello");
        await farm.Post("a");
        await farm.Server.Post(Some.Job("b", members: "\"batchId\":\"x\""));
        foreach (var (name, uid) in new[] { ("w1", "a"), ("w2", "b") })
        {
            var worker = await farm.Worker(name).Take(uid);
            await worker.Start();
            await worker.Finish();
        }

        await farm.Post("end");
        await farm.Server.Delete("jobs/end");
        while ((await all.Next())!.Value.Name != "job.removed") { }
        await farm.Server.Stop();
        var seen = new List<string>();
        while (await events.Next() is var (eventName, data)) seen.Add($"{eventName} {data.GetProperty("uid").GetString()}");
        Assert.AreEqual(expected, string.Join(", ", seen));
    }

    [TestMethod]
    public async Task A_watcher_that_comes_back_continues_after_its_last_event()
    {
        await using var server = await TestServer.Start();
        string? last;
        using (var events = await EventReader.Open(server.Port, "?types=job"))
        {
            await events.Expect("hello");
            await server.Post(Some.Job("a"));
            await events.Expect("job.created");
            last = events.LastId;
        }

        await server.Post(Some.Job("b"));
        await server.Post(Some.Job("c"));
        foreach (var (query, header) in new[] { ("?types=job", last), ($"?types=job&since={last}", null) })
        {
            using var again = await EventReader.Open(server.Port, query, header);
            await again.Expect("hello");
            Assert.AreEqual("b", (await again.Expect("job.created")).GetProperty("uid").GetString());
            Assert.AreEqual("c", (await again.Expect("job.created")).GetProperty("uid").GetString());
        }
    }

    [TestMethod]
    [DataRow("nonsense")]
    [DataRow("00000000-1")]
    public async Task An_id_that_is_not_kept_gets_a_reset(string id)
    {
        await using var server = await TestServer.Start();
        using var events = await EventReader.Open(server.Port, "", id);
        await events.Expect("hello");
        await events.Expect("reset");
        await server.Post(Some.Job("a"));
        await events.Expect("job.created");
    }

    [TestMethod]
    public async Task The_last_10_000_events_are_kept_and_further_back_is_a_reset()
    {
        await using var server = await TestServer.Start();
        string? first = null;
        using (var events = await EventReader.Open(server.Port))
        {
            await events.Expect("hello");
            first = events.LastId;
        }

        await server.Post(Some.Job("a"));
        string? second;
        using (var events = await EventReader.Open(server.Port, "", first))
        {
            await events.Expect("hello");
            await events.Expect("job.created");
            second = events.LastId;
        }

        // With the first one 10,000; one more pushes it out.
        await Parallel.ForAsync(0, 9_999, async (i, _) => (await server.Put("jobs/a", $"{{\"n\":{i}}}")).Expect(200));
        await Eventually.True(async () => await Count(server.Port, second!) == 9_999, "all of them are kept");
        Assert.AreEqual(10_000, await Count(server.Port, first!));
        (await server.Put("jobs/a", "{\"n\":-1}")).Expect(200);
        await Eventually.True(async () => await Count(server.Port, first!) is null, "the first one is not kept any more");
    }

    [TestMethod]
    public async Task A_restart_is_a_reset()
    {
        await using var server = await TestServer.Start();
        string? last;
        using (var events = await EventReader.Open(server.Port))
        {
            await events.Expect("hello");
            await server.Post(Some.Job("a"));
            await events.Expect("job.created");
            last = events.LastId;
        }

        await server.Restart();
        using var again = await EventReader.Open(server.Port, "", last);
        await again.Expect("hello");
        await again.Expect("reset");
    }

    [TestMethod]
    public async Task A_comment_is_sent_each_15_seconds_with_the_id_that_has_been_reached()
    {
        await using var farm = await Life.Farm.Start();
        using var raw = await farm.Server.Connect();
        await raw.Send("GET /api/v1/events?types=worker HTTP/1.1\r\nHost: x\r\n\r\n");
        await raw.ReadUntil("event: hello");
        await farm.Post("a");
        farm.Clock.Advance(TimeSpan.FromSeconds(15));
        await raw.ReadUntil(": ping\nid: ");
    }

    [TestMethod]
    public async Task A_reader_that_falls_too_far_behind_is_dropped()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a", members: $"\"error\":{Some.Quoted(new string('x', 200_000))}"));
        using var slow = await RawClient.Connect(server.Port, receiveBuffer: 4096);
        await slow.Send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
        await slow.ReadUntil("event: hello");
        using var fast = await EventReader.Open(server.Port);
        await fast.Expect("hello");
        for (var i = 0; i < 200; i++)
        {
            (await server.Put("jobs/a", $"{{\"n\":{i}}}")).Expect(200);
            await fast.Expect("job.updated");
        }

        // 40 MB were sent to the fast one. The slow one gets what was under way, and the end.
        Assert.IsLessThan(30_000_000, (await slow.ReadUntil("\r\n0\r\n\r\n")).Length);
    }

    [TestMethod]
    public async Task A_stop_ends_the_stream()
    {
        await using var server = await TestServer.Start();
        using var events = await EventReader.Open(server.Port);
        await events.Expect("hello");
        await server.Stop();
        Assert.IsNull(await events.Next());
    }

    // Events after an id; null for a reset.
    private static async Task<int?> Count(int port, string since)
    {
        using var events = await EventReader.Open(port, "", since);
        var hello = await events.Expect("hello");
        var latest = hello.GetProperty("id").GetString();
        var count = 0;
        while (events.LastId != latest)
        {
            if ((await events.Next())!.Value.Name == "reset") return null;
            count++;
        }

        return count;
    }
}
