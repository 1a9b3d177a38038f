using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Requests in rare forms that are valid, and what their connections do afterwards.</summary>
[TestClass]
public sealed class AcceptedTests
{
    [TestMethod]
    [DataRow("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("OPTIONS * HTTP/1.0\r\n\r\n", "ok")]
    [DataRow("GET http://x/api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("GET HTTP://other.example:81/api/v1/health?a=b HTTP/1.1\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("GET https://[::1]:443/api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("OPTIONS http://x HTTP/1.1\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: [::1]\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: [fe80::1]\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: render_farm.example.:80\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x:\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nhOST:x\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: \t x \t\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.9\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.0\r\n\r\n", "ok")]
    [DataRow("\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nempty:\r\ntab:\ta\tb\r\nlatin: \u00fc\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "ok")]
    [DataRow("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nHTTP2-Settings: AA\r\n\r\n", "ok")]
    public async Task It_is_answered(string request, string body)
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send(request);
        Assert.AreEqual(body, (await client.ReadResponse()).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("46\r\n{0}\r\n0\r\n\r\n")]
    [DataRow("046\r\n{0}\r\n000\r\n\r\n")]
    [DataRow("46;name=value;flag;text=\"a;b\"\r\n{0}\r\n0;last\r\n\r\n")]
    [DataRow("46\r\n{0}\r\n0\r\nContent-Length: 5\r\nnexrender-secret: x\r\nx:\r\n\r\n")]
    public async Task A_chunked_body_may_have_extensions_and_trailers(string body)
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send(GateCase.Post + "Transfer-Encoding: chunked\r\n\r\n" + body.Replace("{0}", GateCase.Job));
        Assert.AreEqual("never", (await client.ReadResponse()).Expect(200).Member("uid"));
        // Had the end of the body been found at another place, this would not be understood.
        await client.Send(GateCase.Get + "\r\n");
        Assert.AreEqual("never", (await client.ReadResponse()).Expect(200).Uids);
    }

    [TestMethod]
    [DataRow("HTTP/1.1", "", "keep-alive", "timeout=60")]
    [DataRow("HTTP/1.1", "Connection: keep-alive\r\n", "keep-alive", "timeout=60")]
    [DataRow("HTTP/1.0", "Connection: Keep-Alive\r\n", "keep-alive", "timeout=60")]
    [DataRow("HTTP/1.1", "Connection: close\r\n", "close", null)]
    [DataRow("HTTP/1.1", "Connection: a, CLOSE ,b\r\n", "close", null)]
    [DataRow("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", "close", null)]
    [DataRow("HTTP/1.0", "", "close", null)]
    public async Task The_headers_say_whether_the_connection_stays(string version, string header, string connection, string? keepAlive)
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        await client.Send($"GET /api/v1/health {version}\r\nHost: x\r\n{header}\r\n");
        var answer = (await client.ReadResponse()).Expect(200);
        Assert.AreEqual(connection, answer.Header("Connection"));
        Assert.AreEqual(keepAlive, answer.Header("Keep-Alive"));
        if (keepAlive is null)
        {
            Assert.AreEqual("", await client.ReadToEnd());
            return;
        }
        await client.Send($"GET /api/v1/health {version}\r\nHost: x\r\n{header}\r\n");
        (await client.ReadResponse()).Expect(200);
    }

    [TestMethod]
    public async Task A_connection_serves_more_requests_than_one_of_the_listener_does()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        for (var i = 0; i < 350; i++)
        {
            await client.Send("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.AreEqual("keep-alive", (await client.ReadResponse()).Expect(200, "ok").Header("Connection"));
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(1_000_000)]
    public async Task Pipelined_requests_are_answered_in_their_order(int portion)
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        var requests = Enumerable.Range(0, 40).Select(i => Some.Job($"job-{i}")).Select((job, i) => i % 2 == 0
            ? $"{GateCase.Post}Content-Length: {job.Length}\r\n\r\n{job}"
            : $"{GateCase.Post}Transfer-Encoding: chunked\r\n\r\n{job.Length:x}\r\n{job}\r\n0\r\n\r\n");
        var sending = SendIn(client, string.Concat(requests) + GateCase.Get + "\r\n", portion);
        for (var i = 0; i < 40; i++) Assert.AreEqual($"job-{i}", (await client.ReadResponse()).Expect(200).Member("uid"));
        Assert.AreEqual(40, (await client.ReadResponse()).Expect(200).Json.GetArrayLength());
        await sending;
    }

    [TestMethod]
    public async Task What_follows_a_refused_request_is_not_answered()
    {
        await using var server = await TestServer.Start(isGated: true);
        var answer = await GateCase.Send(server, GateCase.Get + "bad\r\n\r\n" + GateCase.Get + "\r\n");
        Assert.AreEqual(answer.IndexOf("HTTP/1.1", StringComparison.Ordinal), answer.LastIndexOf("HTTP/1.1", StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("HEAD", "jobs/a", 200)]
    [DataRow("HEAD", "jobs/unknown", 404)]
    [DataRow("HEAD", "jobs/pickup", 405)]
    [DataRow("HEAD", "nowhere", 404)]
    public async Task A_response_to_Head_has_no_body(string method, string path, int status)
    {
        await using var server = await TestServer.Start(isGated: true);
        (await server.Post(Some.Job("a"))).Expect(200);
        using var client = await server.Connect();
        await client.Send($"{method} /api/v1/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        Assert.AreNotEqual("0", (await client.ReadResponse(hasBody: false)).Expect(status).Header("Content-Length"));
        await client.Send("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.AreEqual("ok", (await client.ReadResponse()).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("nexrender-name", "Ö Ä Ñ – €")]
    [DataRow("nexrender-name", "%% 100 %41")]
    [DataRow("nexrender-name", "%%41")]
    [DataRow("x-forwarded-for", "\u0080\u009f")]
    public async Task A_header_reaches_the_inside_byte_by_byte(string name, string value)
    {
        await using var server = await TestServer.Start(isGated: true);
        (await server.Post(Some.Job("a"))).Expect(200);
        using var client = await server.Connect();
        var sent = System.Text.Encoding.UTF8.GetBytes(value);
        await client.Send($"GET /api/v1/jobs/pickup HTTP/1.1\r\nHost: x\r\n{name}: {System.Text.Encoding.Latin1.GetString(sent)}\r\n\r\n");
        // One character for each byte, as without the gate.
        Assert.AreEqual(System.Text.Encoding.Latin1.GetString(sent), (await client.ReadResponse()).Expect(200).Member("executor"));
    }

    [TestMethod]
    [DataRow("ö")]
    [DataRow("–")]
    [DataRow("%C3%B6")]
    public async Task A_path_beyond_ASCII_may_be_encoded_or_not(string uid)
    {
        await using var server = await TestServer.Start(isGated: true);
        (await server.Post(Some.Job(uid == "%C3%B6" ? "ö" : uid))).Expect(200);
        using var client = await server.Connect();
        await client.Send([.. "GET /api/v1/jobs/"u8, .. System.Text.Encoding.UTF8.GetBytes(uid), .. " HTTP/1.1\r\nHost: x\r\n\r\n"u8]);
        (await client.ReadResponse()).Expect(200, "\"uid\"");
    }

    [TestMethod]
    public async Task A_uid_of_512_bytes_can_be_addressed()
    {
        await using var server = await TestServer.Start(isGated: true);
        var uid = new string('u', 512);
        (await server.Post(Some.Job(uid))).Expect(200);
        (await server.Get($"jobs/{uid}")).Expect(200, uid);
    }

    private static async Task SendIn(RawClient client, string text, int portion)
    {
        for (var at = 0; at < text.Length; at += portion) await client.Send(text.Substring(at, Math.Min(portion, text.Length - at)));
    }
}
