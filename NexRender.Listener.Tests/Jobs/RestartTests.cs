using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Jobs;

/// <summary>A restart changes nothing.</summary>
[TestClass]
public sealed class RestartTests
{
    [TestMethod]
    public async Task A_restart_preserves_every_job()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 40; i++) (await server.Post(i % 2 == 0 ? Some.FullJob($"job-{i}") : Some.Job($"job-{i}", "t", i))).Expect(200);
        for (var i = 0; i < 10; i++) (await server.Get("jobs/pickup")).Expect(200);
        (await server.Put("jobs/job-3", """{"state":"finished","result":[1.50,"\ud800"]}""")).Expect(200);
        (await server.Put("jobs/job-4", """{"state":"error","error":["x"]}""")).Expect(200);
        (await server.Put("jobs/job-5", """{"state":"queued"}""")).Expect(200);
        (await server.Delete("jobs/job-6")).Expect(200);
        (await server.Post(Some.Job("job-3"))).Expect(200);
        var before = (await server.Get("jobs")).Expect(200).Text;
        await server.Restart();
        Assert.AreEqual(before, (await server.Get("jobs")).Expect(200).Text);
        await server.Restart();
        Assert.AreEqual(before, (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow(JobOrdering.OldestFirst, "a c d b")]
    [DataRow(JobOrdering.NewestFirst, "b d c a")]
    [DataRow(JobOrdering.Priority, "c a d b")]
    public async Task Jobs_keep_their_place_in_the_order(JobOrdering ordering, string expected)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = ordering });
        foreach (var uid in new[] { "a", "b", "c", "d" }) (await server.Post(Some.Job(uid, "t", uid == "c" ? 1 : 0))).Expect(200);
        (await server.Put("jobs/b", """{"state":"finished"}""")).Expect(200);
        (await server.Post(Some.Job("b", "t"))).Expect(200);
        (await server.Put("jobs/a", """{"state":"started"}""")).Expect(200);
        (await server.Put("jobs/a", """{"state":"queued"}""")).Expect(200);
        var picked = new List<string>();
        while ((await server.Get("jobs/pickup/t")).Expect(200) is { Text: not "{}" } job)
        {
            picked.Add(job.Member("uid"));
            await server.Restart();
        }

        Assert.AreEqual(expected, string.Join(' ', picked));
    }

    [TestMethod]
    [TestCategory(SharedRedis.File)]
    public async Task After_a_stop_the_file_is_the_list()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.FullJob("a"))).Expect(200);
        (await server.Post(Some.Job("b"))).Expect(200);
        var list = (await server.Get("jobs")).Expect(200).Json;
        await server.Stop();
        using var file = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(server.Database));
        Assert.AreEqual(
            string.Concat(list.EnumerateArray().Select(job => job.GetRawText())),
            string.Concat(file.RootElement.EnumerateArray().Select(job => job.GetRawText())));
    }
}
