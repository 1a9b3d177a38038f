using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>Lists, single jobs, and the answers about a job that was removed.</summary>
[TestClass]
public sealed class RemoveTests
{
    [TestMethod]
    public async Task Without_jobs_the_list_is_empty()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
        Assert.AreEqual("[]", (await server.Get("jobs/status")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_list_stays_in_order_of_creation()
    {
        await using var server = await TestServer.Start();
        foreach (var uid in new[] { "c", "a", "d", "b" }) (await server.Post(Some.Job(uid))).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200);
        (await server.Put("jobs/a", """{"state":"finished"}""")).Expect(200);
        (await server.Delete("jobs/d")).Expect(200);
        Assert.AreEqual("c a b", (await server.Get("jobs")).Expect(200).Uids);
        Assert.AreEqual("c a b", (await server.Get("jobs/status")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task A_list_longer_than_one_write_arrives_whole()
    {
        await using var server = await TestServer.Start();
        var expected = new List<string>();
        // Of growing length, so that jobs end on every side of the borders between writes.
        for (var i = 0; i < 60; i++)
            expected.Add((await server.Post(Some.Job($"job-{i}", members: $"\"pad\":\"{new string('x', i * 311)}\""))).Expect(200).Text);
        Assert.AreEqual($"[{string.Join(',', expected)}]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task An_unknown_job_answers_404_with_its_uid()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("job not found: a b", (await server.Get("jobs/a%20b")).Expect(404).Text);
        (await server.Get("jobs/a/status")).Expect(404, "job not found: a");
    }

    [TestMethod]
    public async Task A_removed_job_is_gone()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", tags: "t"))).Expect(200);
        Assert.AreEqual("""{"id":"a","removed":true}""", (await server.Delete("jobs/a")).Expect(200).Text);
        (await server.Get("jobs/a")).Expect(404);
        (await server.Get("jobs/a/status")).Expect(404);
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Expect(200).Text);
        Assert.AreEqual("{}", (await server.Get("jobs/pickup/t")).Expect(200).Text);
        await server.Restart();
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task Removing_an_unknown_job_reports_removed_false()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("""{"id":"a \"b\"","removed":false}""", (await server.Delete("jobs/a%20%22b%22")).Expect(200).Text);
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Delete("jobs/a")).Expect(200, "true");
        (await server.Delete("jobs/a")).Expect(200, "false");
    }

    [TestMethod]
    [DataRow("{\"state\":\"render:dorender\",\"renderProgress\":50}", "{\"uid\":\"a\",\"state\":\"render:dorender\",\"removed\":true}")]
    [DataRow("{\"uid\":\"a\",\"state\":\"finished\"}", "{\"uid\":\"a\",\"state\":\"finished\",\"removed\":true}")]
    [DataRow("{\"state\":\"error\",\"error\":\"e\"}", "{\"uid\":\"a\",\"state\":\"error\",\"removed\":true}")]
    [DataRow("{\"state\":\"started\"}", "{\"uid\":\"a\",\"state\":\"started\",\"removed\":true}")]
    [DataRow("{\"state\":\"queued\",\"template\":{}}", "{\"uid\":\"a\",\"state\":\"queued\",\"removed\":true}")]
    public async Task A_worker_that_still_renders_a_removed_job_is_not_refused(string report, string answer)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200);
        (await server.Delete("jobs/a")).Expect(200);
        Assert.AreEqual(answer, (await server.Put("jobs/a", report)).Expect(200).Text);
        (await server.Get("jobs/a")).Expect(404);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_worker_that_begins_a_removed_job_gets_409()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var picked = (await server.Get("jobs/pickup")).Expect(200);
        (await server.Delete("jobs/a")).Expect(200);
        (await server.Put("jobs/a", picked.Text.Replace("\"picked\"", "\"started\""))).Expect(409);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_removed_job_can_be_submitted_again()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Delete("jobs/a")).Expect(200);
        (await server.Post(Some.Job("a"))).Expect(200);
        Assert.AreEqual("1", (await server.Put("jobs/a", """{"x":1}""")).Expect(200).Member("x"));
    }
}
