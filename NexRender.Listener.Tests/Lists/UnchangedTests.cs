using System.IO.Compression;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Lists;

/// <summary>A list that has not changed is answered with 304, and a long one is compressed for clients that accept it.</summary>
[TestClass]
public sealed class UnchangedTests
{
    [TestMethod]
    [DataRow("jobs")]
    [DataRow("jobs?states=queued&limit=1")]
    [DataRow("jobs/status")]
    [DataRow("jobs/a")]
    [DataRow("jobs/a/status")]
    public async Task A_poller_gets_304_until_something_changes(string path)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var tag = (await server.Get(path)).Expect(200).Header("ETag")!;
        var unchanged = (await server.Get(path, ("If-None-Match", tag))).Expect(304);
        Assert.IsEmpty(unchanged.Body);
        Assert.AreEqual(tag, unchanged.Header("ETag"));
        (await server.Get(path, ("If-None-Match", $"\"x\", {tag[2..]}"))).Expect(304);
        (await server.Get(path, ("If-None-Match", "\"x\""))).Expect(200);
        (await server.Put("jobs/a", """{"priority":4}""")).Expect(200);
        var changed = (await server.Get(path, ("If-None-Match", tag))).Expect(200);
        Assert.AreNotEqual(tag, changed.Header("ETag"));
    }

    [TestMethod]
    public async Task A_job_keeps_its_tag_while_others_change()
    {
        await using var server = await TestServer.Start();
        foreach (var uid in new[] { "a", "b" }) (await server.Post(Some.Job(uid))).Expect(200);
        var tag = (await server.Get("jobs/a")).Expect(200).Header("ETag")!;
        (await server.Put("jobs/b", """{"priority":4}""")).Expect(200);
        (await server.Get("jobs/a", ("If-None-Match", tag))).Expect(304);
    }

    [TestMethod]
    [DataRow("jobs/status")]
    [DataRow("jobs/late/status")]
    [DataRow("jobs?minimal=true")]
    public async Task A_status_that_changes_with_the_clock_is_sent_again(string path)
    {
        await using var farm = await Life.Farm.Start();
        (await farm.Server.Post(Some.Job("late", members: "\"notBefore\":\"2026-11-20T08:10:00.000Z\""))).Expect(200);
        var tag = (await farm.Server.Get(path)).Expect(200).Header("ETag")!;
        (await farm.Server.Get(path, ("If-None-Match", tag))).Expect(304);
        farm.Clock.Advance(TimeSpan.FromMinutes(11));
        (await farm.Server.Get(path, ("If-None-Match", tag))).Expect(200);
    }

    [TestMethod]
    public async Task A_suspicion_is_sent_although_no_job_has_changed()
    {
        await using var farm = await Life.Farm.Start();
        await farm.Post("a", "b");
        await farm.Worker("w").Render("a", 10);
        var tag = (await farm.Server.Get("jobs/a/status")).Expect(200).Header("ETag")!;
        await farm.Worker("w").PickUp();
        Assert.Contains("suspect", (await farm.Server.Get("jobs/a/status", ("If-None-Match", tag))).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_head_request_has_the_length_and_no_body()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var get = (await server.Get("jobs?limit=1")).Expect(200);
        var head = (await server.Send("HEAD", "jobs?limit=1", null, ("Accept-Encoding", "gzip"))).Expect(200);
        Assert.AreEqual(get.Header("Content-Length"), head.Header("Content-Length"));
        Assert.IsEmpty(head.Body);
        (await server.Send("HEAD", "jobs?limit=1", null, ("If-None-Match", get.Header("ETag")!))).Expect(304);
    }

    [TestMethod]
    [DataRow("gzip", true)]
    [DataRow("gzip,deflate", true)]
    [DataRow("br, *", true)]
    [DataRow("identity", false)]
    [DataRow("gzip;q=0, *", false)]
    [DataRow(null, false)]
    public async Task A_long_list_is_compressed_for_who_accepts_it(string? accepted, bool isCompressed)
    {
        await using var server = await TestServer.Start();
        var filler = $"\"filler\":\"{new string('x', 4_000)}\"";
        for (var i = 0; i < 40; i++) (await server.Post(Some.Job($"job-{i}", members: filler))).Expect(200);
        var plain = (await server.Get("jobs")).Expect(200);
        var answer = (await server.Get("jobs", accepted is null ? [] : [("Accept-Encoding", accepted)])).Expect(200);
        Assert.AreEqual("Accept-Encoding", answer.Header("Vary"));
        Assert.AreEqual(isCompressed ? "gzip" : null, answer.Header("Content-Encoding"));
        Assert.AreEqual(plain.Text, isCompressed ? Decompress(answer.Body) : answer.Text);
    }

    [TestMethod]
    public async Task A_short_list_is_not_compressed()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var answer = (await server.Get("jobs", ("Accept-Encoding", "gzip"))).Expect(200);
        Assert.IsNull(answer.Header("Content-Encoding"));
        Assert.IsNull(answer.Header("Vary"));
    }

    private static string Decompress(byte[] body)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}
