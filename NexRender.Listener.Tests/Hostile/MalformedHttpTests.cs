using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hostile;

/// <summary>
/// Malformed requests. Each gets an error or a closed connection, never a 2xx without cause; nothing is stored, and the next client is
/// served.
/// The responses that HttpListener sends by itself may differ, within these limits.
/// </summary>
[TestClass]
public sealed class MalformedHttpTests
{
    private const string Get = "GET /api/v1/jobs HTTP/1.1\r\n";
    private const string Post = "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    // A valid job of 70 characters, so that only the framing can be the reason for a refusal.
    private const string Job = """{"uid":"never","template":{"src":"s","composition":"c"},"pad":"xxxxx"}""";

    [TestMethod]
    // No request line.
    [DataRow("x\r\n\r\n", 400)]
    [DataRow("GET\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/1.1 more\r\nHost: x\r\n\r\n", 400)]
    [DataRow("\0\0\0\0\r\n\r\n", 400)]
    [DataRow(":\r\n\r\n", 400)]
    [DataRow("{\"uid\":\"never\"}\r\n\r\n", 400)]
    [DataRow("G\u0001T /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET\t/api/v1/jobs\tHTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("(GET) /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    // Versions.
    [DataRow("GET /api/v1/jobs HTTP/0.9\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs http/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs FTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/x.y\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/1.1.1\r\nHost: x\r\n\r\n", 400)]
    // Another protocol altogether.
    [DataRow("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n", 400)]
    [DataRow("SSH-2.0-OpenSSH_9.0\r\n\r\n", 400)]
    [DataRow("*1\r\n$4\r\nPING\r\n\r\n", 400)]
    // Targets.
    [DataRow("GET jobs HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET \\api\\v1\\jobs HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api\\v1\\jobs HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [DataRow("GET /api/v1/../v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [DataRow("GET /api/v1/jobs/%2e%2e/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [DataRow("GET /%61pi/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [DataRow("GET /api/v1/jobs/\u0001 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 404)]
    [DataRow("GET /api/v1/jobs/\u00ff HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs%00 HTTP/1.1\r\nHost: x\r\n\r\n", 404)]
    [DataRow("GET http:// HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    // Host.
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost:\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: [::1\r\n\r\n", 400)]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x y\r\n\r\n", 400)]
    // Header lines.
    [DataRow(Get + "Host: x\r\nno colon\r\n\r\n", 400)]
    [DataRow(Get + "Host: x\r\n: no name\r\n\r\n", 400)]
    [DataRow(Get + "Host: x\r\n folded\r\n\r\n", 400)]
    // Lengths.
    [DataRow(Post + "\r\n", 411)]
    [DataRow(Post + "\r\n" + Job, 411)]
    [DataRow(Post + "Content-Length: -1\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 7x\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 0x46\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 99999999999999999999\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length:\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 70, 71\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 70\r\nContent-Length: 69\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 0\r\n\r\n", 400)]
    [DataRow(Post + "Content-Length: 69\r\n\r\n" + Job, 400)]
    [DataRow(Post + "Content-Length: 104857601\r\n\r\n" + Job, 413, 408)]
    // Transfer codings.
    [DataRow(Post + "Transfer-Encoding: gzip\r\n\r\n" + Job, 400, 501)]
    [DataRow(Post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + Job, 400, 501)]
    [DataRow(Post + "Transfer-Encoding: chunked, identity\r\n\r\n" + Job, 400, 501)]
    [DataRow(Post + "Transfer-Encoding: x\r\nContent-Length: 70\r\n\r\n" + Job, 400, 501)]
    // Chunks.
    [DataRow(Post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + Job + "\r\n0\r\n\r\n", 400)]
    [DataRow(Post + "Transfer-Encoding: chunked\r\n\r\n-46\r\n" + Job + "\r\n0\r\n\r\n", 400)]
    [DataRow(Post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n" + Job + "\r\n0\r\n\r\n", 400)]
    [DataRow(Post + "Transfer-Encoding: chunked\r\n\r\n45\r\n" + Job + "\r\n0\r\n\r\n", 400)]
    [DataRow(Post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    // Requests that the routes refuse.
    [DataRow("GET /api/v1/jobs/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [DataRow("get /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [DataRow("HEAD /api/v1/jobs/pickup HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [DataRow("TRACE /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n", 405)]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 70\r\n\r\n" + Job, 415)]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: \r\nContent-Length: 70\r\n\r\n" + Job, 415)]
    public async Task It_is_refused(string request, int status, int statusWithoutGate = 0)
    {
        if (Executable.IsDirect && statusWithoutGate > 0) status = statusWithoutGate;
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send(request);
        client.HalfClose();
        var answer = await client.ReadToEnd();
        Assert.AreEqual($"{status}", FirstStatus(answer), answer);
        await AssertUntouched(server, answer);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("\r\n\r\n\r\n\r\n")]
    [DataRow("G")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r")]
    [DataRow(Post + "Content-Length: 71\r\n\r\n" + Job)]
    [DataRow(Post + "Content-Length: 70\r\n\r\n{\"uid\"")]
    [DataRow(Post + "Transfer-Encoding: chunked\r\n\r\n46\r\n{\"uid\"")]
    public async Task A_truncated_request_is_never_acknowledged(string request)
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send(request);
        client.HalfClose();
        await AssertUntouched(server, await client.ReadToEnd());
    }

    [TestMethod]
    public async Task The_job_of_these_tests_is_valid()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send(Post + $"Content-Length: 70\r\n\r\n{Job}");
        (await client.ReadResponse()).Expect(200, "never");
    }

    [TestMethod]
    [DataRow("GET /api/v1/jobs HTTP/2.0\r\nHost: x\r\n\r\n", 505, 505)]
    [DataRow("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\u0012\u0004\0\0\0\0\0", 400, 505)]
    public async Task Another_version_is_refused(string request, int status, int statusWithoutGate)
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send(request);
        client.HalfClose();
        // HttpListener may append a second response, which no client reads.
        Assert.AreEqual($"{(Executable.IsDirect ? statusWithoutGate : status)}", FirstStatus(await client.ReadToEnd()));
        await AssertUntouched(server, "");
    }

    [TestMethod]
    public async Task An_address_of_8_KB_is_read_and_a_longer_one_answers_414()
    {
        await using var server = await TestServer.Start();
        (await server.Get("jobs/" + new string('x', 8_000))).Expect(404);
        (await server.Get("jobs/" + new string('x', 9_000))).Expect(414);
    }

    [TestMethod]
    public async Task An_address_of_megabytes_is_never_acknowledged()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        try
        {
            await client.Send($"GET /api/v1/jobs/{new string('x', 4_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        catch (IOException)
        {
            // The server closed the connection before the rest was sent.
        }

        await AssertUntouched(server, await client.ReadToEnd());
    }

    [TestMethod]
    public async Task Very_many_headers_do_no_harm()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        var request = new StringBuilder(Get + "Host: x\r\nConnection: close\r\n");
        for (var i = 0; i < 20_000; i++) request.Append($"x-{i}: y\r\n");
        try
        {
            await client.Send(request.Append("\r\n").ToString());
        }
        catch (IOException)
        {
            // The server closed the connection before the rest was sent.
        }

        var answer = await client.ReadToEnd();
        if (FirstStatus(answer) == "200") Assert.EndsWith("[]", answer);
        (await server.Get("jobs")).Expect(200);
    }

    private static string FirstStatus(string answer) => answer.Length == 0 ? "" : answer.Split(' ', 3)[1];

    // Asserts that no response was a 2xx, not even a second one, that no job was stored, and that the server still works.
    private static async Task AssertUntouched(TestServer server, string answer)
    {
        Assert.DoesNotMatchRegex(@"HTTP/1\.\d 2\d\d", answer);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
        (await server.Post(Some.Job("next"))).Expect(200);
    }
}
