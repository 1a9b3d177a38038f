using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>Requests that are answered when a job or a batch has ended.</summary>
[TestClass]
public sealed class WaitTests
{
    [TestMethod]
    public async Task The_status_is_sent_when_the_job_ends()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        var wait = server.Get("jobs/a/wait");
        await server.Put("jobs/a", """{"state":"render:dorender","renderProgress":5}""");
        Assert.IsFalse(wait.IsCompleted);
        await server.Put("jobs/a", """{"state":"finished"}""");
        Assert.AreEqual((await server.Get("jobs/a/status")).Text, (await wait).Expect(200, "\"state\":\"finished\"").Text);
        (await server.Get("jobs/a/wait")).Expect(200, "\"state\":\"finished\"");
    }

    [TestMethod]
    public async Task After_the_timeout_the_present_status_is_sent()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        (await server.Get("jobs/a/wait?timeout=0.05")).Expect(200, "\"state\":\"queued\"");
        (await server.Get("jobs/a/wait?timeout=0")).Expect(200, "\"state\":\"queued\"");
    }

    [TestMethod]
    [DataRow("-1")]
    [DataRow("301")]
    [DataRow("soon")]
    public async Task Another_timeout_is_refused(string timeout)
    {
        await using var server = await TestServer.Start();
        (await server.Get($"jobs/a/wait?timeout={timeout}")).Expect(400, "0 to 300");
    }

    [TestMethod]
    public async Task A_job_that_is_not_there_is_404_and_so_is_one_that_is_removed_meanwhile()
    {
        await using var server = await TestServer.Start();
        (await server.Get("jobs/a/wait")).Expect(404);
        (await server.Get("batches/a/wait")).Expect(404);
        await server.Post(Some.Job("a"));
        var wait = server.Get("jobs/a/wait");
        await server.Delete("jobs/a");
        (await wait).Expect(404);
    }

    [TestMethod]
    public async Task A_batch_is_sent_when_its_last_job_has_ended()
    {
        await using var server = await TestServer.Start();
        var batch = (await server.Client.Json("POST", "batches", $$"""{"jobs":[{{Some.Job("a")}},{{Some.Job("b")}}]}""")).Expect(200);
        var wait = server.Get($"batches/{batch.Member("batchId")}/wait");
        await server.Put("jobs/a", """{"state":"finished"}""");
        (await server.Get($"batches/{batch.Member("batchId")}/wait?timeout=0.05")).Expect(200, "\"status\":\"rendering\"");
        Assert.IsFalse(wait.IsCompleted);
        await server.Put("jobs/b", """{"state":"finished"}""");
        (await wait).Expect(200, "\"status\":\"finished\"");
    }

    [TestMethod]
    public async Task A_stop_ends_the_wait_with_the_present_status()
    {
        await using var server = await TestServer.Start();
        await server.Post(Some.Job("a"));
        using var client = await server.Connect();
        await client.Send("GET /api/v1/jobs/a/wait HTTP/1.1\r\nHost: x\r\n\r\n");
        // Nothing shows that the wait has begun.
        await Task.Delay(300);
        var answer = client.ReadResponse();
        await server.Stop();
        (await answer).Expect(200, "\"state\":\"queued\"");
    }
}
