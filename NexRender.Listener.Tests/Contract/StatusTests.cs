using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>The status object of a job.</summary>
[TestClass]
public sealed class StatusTests
{
    [TestMethod]
    public async Task A_new_job_s_status_has_every_key_in_its_order()
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(Some.Job("a"))).Expect(200);
        Assert.AreEqual(
            $$$"""
            {"uid":"a","state":"queued","type":"default","tags":null,"renderProgress":0,"error":null,
            "createdAt":"{{{job.Member("createdAt")}}}","updatedAt":"{{{job.Member("updatedAt")}}}","startedAt":null,"finishedAt":null,
            "errorAt":null,"jobCreator":"127.0.0.1","jobExecutor":null,"timings":{}}
            """.ReplaceLineEndings(""),
            (await server.Get("jobs/a/status")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_status_shows_the_members_of_the_job()
    {
        await using var server = await TestServer.Start(database:
            """
            [{"uid":"a","state":"error","type":"x","tags":"t","renderProgress":41.50,"error":"e",
            "createdAt":"1","updatedAt":"2","startedAt":"3","finishedAt":"4","errorAt":"5","creator":"c","executor":"w","timings":{"a":1},
            "template":{"src":"s","composition":"c"},"secret":"s"}]
            """);
        Assert.AreEqual(
            """
            {"uid":"a","state":"error","type":"x","tags":"t","renderProgress":41.50,"error":"e",
            "createdAt":"1","updatedAt":"2","startedAt":"3","finishedAt":"4","errorAt":"5","jobCreator":"c","jobExecutor":"w",
            "timings":{"a":1}}
            """.ReplaceLineEndings(""),
            (await server.Get("jobs/a/status")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_job_without_a_creator_has_none_in_its_status()
    {
        await using var server = await TestServer.Start(database: """[{"uid":"a","state":"finished"}]""");
        Assert.AreEqual(
            """
            {"uid":"a","state":"finished","tags":null,"renderProgress":0,"error":null,"createdAt":null,"updatedAt":null,
            "startedAt":null,"finishedAt":null,"errorAt":null,"jobExecutor":null,"timings":null}
            """.ReplaceLineEndings(""),
            (await server.Get("jobs/a/status")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("null", "null")]
    [DataRow("\"one\"", "\"one\"")]
    [DataRow("[\"one\",\"two \\\"quoted\\\"\"]", "\"one\\n\\ntwo \\\"quoted\\\"\"")]
    [DataRow("[\"one\"]", "\"one\"")]
    public async Task Several_errors_become_one_text(string error, string expected)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Put("jobs/a", $$"""{"error":{{error}}}""")).Expect(200);
        Assert.AreEqual(expected, (await server.Get("jobs/a/status")).Expect(200).Raw("error"));
        // The job itself keeps what was sent.
        Assert.AreEqual(error, (await server.Get("jobs/a")).Expect(200).Raw("error"));
    }

    [TestMethod]
    public async Task The_list_holds_the_status_of_every_job()
    {
        await using var server = await TestServer.Start();
        foreach (var uid in new[] { "a", "b" }) (await server.Post(Some.Job(uid))).Expect(200);
        (await server.Get("jobs/pickup", ("nexrender-name", "w"))).Expect(200);
        var a = (await server.Get("jobs/a/status")).Expect(200);
        var b = (await server.Get("jobs/b/status")).Expect(200);
        Assert.AreEqual("w", a.Member("jobExecutor"));
        Assert.AreEqual($"[{a.Text},{b.Text}]", (await server.Get("jobs/status")).Expect(200).Text);
    }
}
