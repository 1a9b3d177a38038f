using System.Text;
using NexRender.Listener.Http;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>Bodies that are accepted, and the answers to those that are not.</summary>
[TestClass]
public sealed class BodyTests
{
    private static readonly byte[] Job = Encoding.UTF8.GetBytes(Some.Job("a"));

    [TestMethod]
    [DataRow(null)]
    [DataRow("text/html")]
    [DataRow("application/x-www-form-urlencoded")]
    [DataRow("multipart/form-data; boundary=x")]
    [DataRow("application/jsonx")]
    [DataRow("json")]
    public async Task A_body_that_does_not_say_it_is_JSON_answers_415_with_the_flag_to_add(string? type)
    {
        await using var server = await TestServer.Start();
        (string, string)[] headers = type is null ? [] : [("Content-Type", type)];
        (await server.Send("POST", "jobs", Job, headers)).Expect(415, "-H 'Content-Type: application/json'");
        (await server.Send("PUT", "jobs/a", Job, headers)).Expect(415, "-H 'Content-Type: application/json'");
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("application/json")]
    [DataRow("application/json; charset=utf-8")]
    [DataRow("application/json;charset=UTF-8")]
    [DataRow("Application/JSON")]
    public async Task A_body_that_says_it_is_JSON_is_read(string type)
    {
        await using var server = await TestServer.Start();
        (await server.Send("POST", "jobs", Job, ("Content-Type", type))).Expect(200);
        (await server.Send("PUT", "jobs/a", "{}"u8.ToArray(), ("Content-Type", type))).Expect(200);
    }

    [TestMethod]
    [DataRow("gzip")]
    [DataRow("br")]
    [DataRow("deflate, gzip")]
    public async Task A_compressed_body_answers_415(string encoding)
    {
        await using var server = await TestServer.Start();
        var answer = await server.Send("POST", "jobs", Job, TestClient.JsonContent, ("Content-Encoding", encoding));
        answer.Expect(415, "Content-Encoding", encoding);
        (await server.Send("PUT", "jobs/a", Job, TestClient.JsonContent, ("Content-Encoding", encoding))).Expect(415);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_identity_encoding_is_accepted()
    {
        await using var server = await TestServer.Start();
        (await server.Send("POST", "jobs", Job, TestClient.JsonContent, ("Content-Encoding", "identity"))).Expect(200);
    }

    [TestMethod]
    [DataRow(104_857_601L)]
    [DataRow(9_000_000_000L)]
    public async Task A_body_announced_with_more_than_100_MB_answers_413(long length)
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send($"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{");
        Assert.AreEqual("Body exceeded 100mb limit", (await client.ReadResponse()).Expect(413).Text);
    }

    [TestMethod]
    public async Task A_body_of_100_MB_is_read()
    {
        await using var server = await TestServer.Start();
        var body = new byte[104_857_600];
        body.AsSpan().Fill((byte)' ');
        Job.CopyTo(body, body.Length - Job.Length);
        (await server.Send("POST", "jobs", body, TestClient.JsonContent)).Expect(200);
    }

    [TestMethod]
    public async Task A_body_may_reach_the_limit_but_not_exceed_it()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Limits = new HttpLimits { MaxRequestBodySize = 1_000 } });
        Task<Answer> Post(int length) => server.Post(Some.Job().PadRight(length));
        (await Post(1_000)).Expect(200);
        Assert.AreEqual("Body exceeded 100mb limit", (await Post(1_001)).Expect(413).Text);
        (await Post(100_000)).Expect(413);
    }

    [TestMethod]
    public async Task A_body_of_unknown_length_may_not_exceed_the_limit_either()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Limits = new HttpLimits { MaxRequestBodySize = 1_000 } });
        (await PostChunked(server, Some.Job("fits").PadRight(1_000), 100)).Expect(200);
        (await PostChunked(server, Some.Job("not").PadRight(1_001), 100)).Expect(413);
        Assert.AreEqual("fits", (await server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(100_000)]
    public async Task A_chunked_body_is_read(int chunk)
    {
        await using var server = await TestServer.Start();
        var job = Some.Job("a", members: $"\"pad\":\"{new string('x', 3_000)}\"");
        Assert.AreEqual(new string('x', 3_000), (await PostChunked(server, job, chunk)).Expect(200).Member("pad"));
    }

    [TestMethod]
    [DataRow("{", "line 1, column 2")]
    [DataRow("{\"a\":1,\n  \"b\":x}", "line 2, column 7")]
    [DataRow("{\"a\":1}}", "line 1")]
    [DataRow("{\"a\":1} {}", "line 1")]
    [DataRow("{'a':1}", "line 1, column 2")]
    [DataRow("{\"a\":1,}", "line 1")]
    [DataRow("{\"a\":01}", "line 1")]
    [DataRow("{\"a\":NaN}", "line 1")]
    [DataRow("{\"a\":\"\t\"}", "line 1")]
    [DataRow("{\"a\":\"\\x\"}", "line 1")]
    [DataRow("{\"a\":1 /* comment */}", "line 1")]
    [DataRow("\n\n\n{\"a\" 1}", "line 4")]
    [DataRow("x", "line 1, column 1")]
    [DataRow("", "")]
    [DataRow("  ", "")]
    public async Task Invalid_JSON_answers_400_with_its_position(string body, string place)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var post = (await server.Client.Json("POST", "jobs", body)).Expect(400, place);
        Assert.StartsWith("Invalid JSON", post.Text);
        Assert.StartsWith("Invalid JSON", (await server.Put("jobs/a", body)).Expect(400, place).Text);
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("true")]
    [DataRow("1")]
    [DataRow("\"text\"")]
    [DataRow("[]")]
    [DataRow("[{}]")]
    public async Task JSON_other_than_an_object_answers_400(string body)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Client.Json("POST", "jobs", body)).Expect(400, "object");
        (await server.Put("jobs/a", body)).Expect(400, "object");
        Assert.AreEqual("a", (await server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task A_byte_order_mark_before_the_JSON_is_skipped()
    {
        await using var server = await TestServer.Start();
        (await server.Send("POST", "jobs", [.. "\uFEFF"u8, .. Job], TestClient.JsonContent)).Expect(200);
    }

    [TestMethod]
    public async Task An_unexpected_body_is_ignored()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Send("GET", "jobs/a", "anything"u8.ToArray())).Expect(200);
        (await server.Send("DELETE", "jobs/a", "anything"u8.ToArray())).Expect(200, "true");
    }

    private static async Task<Answer> PostChunked(TestServer server, string json, int chunk)
    {
        var body = new StringBuilder("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\n");
        body.Append("Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (var part in json.Chunk(chunk)) body.Append($"{part.Length:x}\r\n").Append(part).Append("\r\n");
        using var client = await server.Connect();
        await client.Send(body.Append("0\r\n\r\n").ToString());
        return await client.ReadResponse();
    }
}
