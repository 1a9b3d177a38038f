using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Many;

/// <summary>The routes of batches.</summary>
[TestClass]
public sealed class BatchTests
{
    [TestMethod]
    public async Task A_batch_stores_the_valid_jobs_and_names_the_others()
    {
        await using var server = await TestServer.Start();
        var body = $$"""{"name":"Spots","jobs":[{{Some.Job("a")}},{},{{Some.Job("b")}}]}""";
        var answer = (await server.Client.Json("POST", "batches", body)).Expect(200);
        Assert.AreEqual("batchId name status totalJobs successCount jobs errors", answer.Names);
        Assert.AreEqual("Spots", answer.Member("name"));
        Assert.AreEqual("3", answer.Raw("totalJobs"));
        Assert.AreEqual("2", answer.Raw("successCount"));
        Assert.AreEqual("""[{"index":0,"uid":"a","state":"queued"},{"index":2,"uid":"b","state":"queued"}]""", answer.Raw("jobs"));
        Assert.AreEqual("""[{"index":1,"error":"job must have template object defined"}]""", answer.Raw("errors"));
        var id = answer.Member("batchId");
        Assert.AreEqual(id, (await server.Get("jobs/b")).Member("batchId"));
        Assert.AreEqual("Spots", (await server.Get("jobs/b")).Member("batchName"));
    }

    [TestMethod]
    public async Task A_batch_is_what_its_jobs_say_also_after_a_restart()
    {
        await using var server = await TestServer.Start();
        var id = await Create(server, "a", "b", "c", "d");
        Assert.AreEqual("queued", await Status(server, id));
        (await server.Get("jobs/pickup")).Expect(200);
        Assert.AreEqual("rendering", await Status(server, id));
        (await server.Put("jobs/a", """{"state":"finished"}""")).Expect(200);
        (await server.Put("jobs/b", """{"state":"render:dorender","renderProgress":40}""")).Expect(200);
        (await server.Put("jobs/c", """{"state":"error","error":"broken"}""")).Expect(200);
        for (var i = 0; i < 2; i++)
        {
            var batch = (await server.Get($"batches/{id}")).Expect(200);
            Assert.AreEqual("batchId name status totalJobs counts progress firstError createdAt updatedAt", batch.Names);
            Assert.AreEqual("rendering", batch.Member("status"));
            Assert.AreEqual("""{"error":1,"finished":1,"queued":1,"render:dorender":1}""", batch.Raw("counts"));
            Assert.AreEqual("35", batch.Raw("progress"));
            Assert.AreEqual("""{"uid":"c","error":"broken"}""", batch.Raw("firstError"));
            Assert.AreEqual((await server.Get("jobs/a")).Member("createdAt"), batch.Member("createdAt"));
            Assert.AreEqual((await server.Get("jobs/c")).Member("updatedAt"), batch.Member("updatedAt"));
            Assert.AreEqual($"[{batch.Text}]", (await server.Get("batches")).Expect(200).Text);
            await server.Restart();
        }
    }

    [TestMethod]
    public async Task Its_status_at_the_end_is_that_of_its_worst_job()
    {
        await using var server = await TestServer.Start();
        var id = await Create(server, "a", "b");
        foreach (var uid in new[] { "a", "b" }) (await server.Put($"jobs/{uid}", """{"state":"finished"}""")).Expect(200);
        Assert.AreEqual("finished", await Status(server, id));
        (await Act(server, $"batches/{id}/retry")).Expect(200, "\"changed\":2");
        Assert.AreEqual("queued", await Status(server, id));
        (await server.Put("jobs/a", """{"state":"finished"}""")).Expect(200);
        (await server.Client.Json("PATCH", $"batches/{id}/cancel", """{"reason":"enough"}""")).Expect(200, "\"matched\":2,\"changed\":1");
        Assert.AreEqual("cancelled: enough", (await server.Get("jobs/b")).Member("error"));
        Assert.AreEqual("cancelled", await Status(server, id));
        (await server.Put("jobs/a", """{"state":"error"}""")).Expect(200);
        Assert.AreEqual("error", await Status(server, id));
    }

    [TestMethod]
    public async Task It_is_gone_with_its_last_job()
    {
        await using var server = await TestServer.Start();
        var (id, other) = (await Create(server, "a", "b"), await Create(server, "c"));
        (await server.Delete("jobs/a")).Expect(200);
        Assert.AreEqual("1", (await server.Get($"batches/{id}")).Raw("totalJobs"));
        (await server.Delete($"batches/{id}?dryRun=true")).Expect(200, "\"changed\":1");
        (await server.Delete($"batches/{id}")).Expect(200, """{"matched":1,"changed":1,"unchanged":[]}""");
        (await server.Get($"batches/{id}")).Expect(404, $"batch not found: {id}");
        (await Act(server, $"batches/{id}/cancel")).Expect(404);
        (await Act(server, $"batches/{id}/retry")).Expect(404);
        (await server.Delete($"batches/{id}")).Expect(404);
        Assert.AreEqual("c", (await server.Get("jobs")).Uids);
        Assert.AreEqual(other, (await server.Get("batches")).Json.EnumerateArray().Single().GetProperty("batchId").GetString());
    }

    [TestMethod]
    [DataRow("{}", "a batch must have jobs, an array of jobs")]
    [DataRow("{\"jobs\":{}}", "a batch must have jobs, an array of jobs")]
    [DataRow("{\"jobs\":[]}", "there is no job in the request")]
    [DataRow("{\"jobs\":[{}]}", "no job of the batch can be stored; job 0: job must have template object defined")]
    [DataRow("{\"name\":1,\"jobs\":[{}]}", "the name of a batch must be a string")]
    [DataRow("[]", "the body must be a JSON object")]
    public async Task A_batch_that_cannot_be_stored_is_refused(string body, string message)
    {
        await using var server = await TestServer.Start();
        (await server.Client.Json("POST", "batches", body)).Expect(400, message);
        Assert.AreEqual("[]", (await server.Get("batches")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_dry_run_stores_nothing()
    {
        await using var server = await TestServer.Start();
        var body = $$"""{"jobs":[{{Some.Job("a")}},{}]}""";
        (await server.Client.Json("POST", "batches?dryRun=true", body)).Expect(200, "\"successCount\":1");
        Assert.AreEqual("[]", (await server.Get("jobs")).Text);
    }

    private static async Task<string> Create(TestServer server, params string[] uids)
    {
        var jobs = string.Join(',', uids.Select(uid => Some.Job(uid)));
        return (await server.Client.Json("POST", "batches", $$"""{"jobs":[{{jobs}}]}""")).Expect(200).Member("batchId");
    }

    private static Task<Answer> Act(TestServer server, string path) => server.Send("PATCH", path);

    private static async Task<string> Status(TestServer server, string id) =>
        (await server.Get($"batches/{id}")).Expect(200).Member("status");
}
