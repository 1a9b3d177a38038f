using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>A client that sends its body only when it is asked for it is asked only if the body will be taken.</summary>
[TestClass]
public sealed class ExpectTests
{
    private const string Refused = "Wrong or no authentication secret provided.";

    private const string Secret = "Host: x\r\nnexrender-secret: s\r\n";

    private static readonly string Expecting = $"Content-Length: {GateCase.Job.Length}\r\nExpect: 100-continue\r\n\r\n";

    [TestMethod]
    [DataRow("Expect: 100-continue")]
    [DataRow("expect:100-Continue")]
    public async Task A_good_request_is_asked_for_its_body(string header)
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Content-Length: {GateCase.Job.Length}\r\n{header}\r\n\r\n");
        Assert.AreEqual("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadUntil("\r\n\r\n"));
        await client.Send(GateCase.Job);
        (await client.ReadResponse()).Expect(200, "never");
    }

    [TestMethod]
    public async Task A_chunked_body_is_asked_for_too()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
        Assert.AreEqual("HTTP/1.1 100 Continue\r\n\r\n", await client.ReadUntil("\r\n\r\n"));
        await client.Send($"46\r\n{GateCase.Job}\r\n0\r\n\r\n");
        (await client.ReadResponse()).Expect(200, "never");
    }

    [TestMethod]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", 403, Refused)]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nnexrender-secret: x\r\n", 403, Refused)]
    [DataRow("PUT /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nnexrender-secret: s\r\n", 404, "no such route")]
    [DataRow("PUT /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: s\r\n", 405, "allowed")]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: s\r\nContent-Type: image/png\r\n", 415, "JSON")]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\n" + Secret + "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", 415, "gzip")]
    public async Task A_request_that_will_be_refused_is_refused_at_once(string head, int status, string text)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s" }, isGated: true);
        using var client = await server.Connect();
        await client.Send(head + Expecting);
        Assert.AreEqual("close", (await client.ReadResponse()).Expect(status, text).Header("Connection"));
        Assert.AreEqual("", await client.ReadToEnd());
    }

    [TestMethod]
    public async Task A_body_that_is_too_large_is_not_asked_for()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Content-Length: 104857601\r\nExpect: 100-continue\r\n\r\n");
        (await client.ReadResponse()).Expect(413, "Body exceeded 100mb limit");
    }

    [TestMethod]
    public async Task HTTP_1_0_is_never_told_to_continue()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send(GateCase.Post.Replace("HTTP/1.1", "HTTP/1.0") + Expecting);
        await client.Send(GateCase.Job);
        (await client.ReadResponse()).Expect(200, "never");
    }

    [TestMethod]
    public async Task The_secret_is_checked_before_a_body_is_received()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s" }, isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Content-Length: 1000\r\n\r\n{{");
        (await client.ReadResponse()).Expect(403, Refused);
    }
}
