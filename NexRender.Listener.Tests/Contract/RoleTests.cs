using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>A secret allows what its role may do, and a refusal names what it lacks.</summary>
[TestClass]
public sealed class RoleTests
{
    private const string Wrong = "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.";

    private static readonly ListenerOptions Secrets = new() { Secret = "all", ReadSecret = "look", SubmitSecret = "send" };

    // A route that is missing here fails the test: its role must be decided. "none": no secret needed.
    private static readonly (string Route, string Role)[] Table =
    [
        ("GET /health", "none"),
        ("GET /health/ready", "none"),
        ("GET /openapi.json", "none"),
        ("GET /export", "read"),
        ("GET /stats", "read"),
        ("GET /metrics", "read"),
        ("GET /jobs", "read"),
        ("POST /jobs", "submit"),
        ("DELETE /jobs", "full"),
        ("GET /jobs/status", "read"),
        ("GET /jobs/pickup", "full"),
        ("GET /jobs/pickup/:tags", "full"),
        ("PATCH /jobs/cancel", "full"),
        ("PATCH /jobs/retry", "full"),
        ("PATCH /jobs/pause", "full"),
        ("PATCH /jobs/resume", "full"),
        ("GET /jobs/:uid", "read"),
        ("PUT /jobs/:uid", "full"),
        ("DELETE /jobs/:uid", "full"),
        ("GET /jobs/:uid/status", "read"),
        ("GET /jobs/:uid/wait", "read"),
        ("PATCH /jobs/:uid/cancel", "full"),
        ("PATCH /jobs/:uid/retry", "full"),
        ("PATCH /jobs/:uid/pause", "full"),
        ("PATCH /jobs/:uid/resume", "full"),
        ("GET /batches", "read"),
        ("POST /batches", "submit"),
        ("GET /batches/:id", "read"),
        ("GET /batches/:id/wait", "read"),
        ("DELETE /batches/:id", "full"),
        ("PATCH /batches/:id/cancel", "full"),
        ("PATCH /batches/:id/retry", "full"),
        ("GET /events", "read"),
        ("GET /workers", "read"),
        ("POST /workers/heartbeat", "full"),
        ("GET /workers/:name", "read"),
        ("DELETE /workers/:name", "full"),
        ("PATCH /workers/:name/pause", "full"),
        ("PATCH /workers/:name/resume", "full"),
        ("GET /queue", "read"),
        ("PATCH /queue/pause", "full"),
        ("PATCH /queue/resume", "full"),
    ];

    [TestMethod]
    public void The_role_of_every_route_is_decided()
    {
        CollectionAssert.AreEquivalent(RouteTable.Api, Table.Select(row => row.Route).ToList());
    }

    [TestMethod]
    public async Task Every_route_allows_its_role_and_those_above_it()
    {
        await using var server = await TestServer.Start(Secrets);
        string[] ranks = ["none", "read", "submit", "full"];
        foreach (var (route, role) in Table)
        {
            foreach (var (given, secret) in new[] { ("none", "wrong"), ("read", "look"), ("submit", "send"), ("full", "all") })
            {
                var isAllowed = Array.IndexOf(ranks, given) >= Array.IndexOf(ranks, role);
                var head = await Head(server, route, secret);
                Assert.AreEqual(isAllowed, !head.StartsWith("HTTP/1.1 403 ", StringComparison.Ordinal), $"{route} with {given}: {head}");
            }
        }
    }

    [TestMethod]
    [DataRow("POST", "jobs", "look", "the read secret does not allow POST /jobs; use the submit secret or the full secret")]
    [DataRow("PUT", "jobs/a", "look", "the read secret does not allow PUT /jobs/:uid; use the full secret")]
    [DataRow("GET", "jobs/pickup", "look", "the read secret does not allow GET /jobs/pickup; use the full secret")]
    [DataRow("DELETE", "jobs/a", "send", "the submit secret does not allow DELETE /jobs/:uid; use the full secret")]
    [DataRow(
        "PATCH", "jobs/a/pause", "send", "the submit secret does not allow PATCH /jobs/:uid/pause; use the full secret")]
    [DataRow("GET", "jobs", "other", Wrong)]
    [DataRow("PUT", "jobs/a", "", Wrong)]
    public async Task A_refusal_names_what_the_secret_lacks(string method, string path, string secret, string message)
    {
        await using var server = await TestServer.Start(Secrets);
        Assert.AreEqual(message, (await server.Client.Send(method, path, null, ("nexrender-secret", secret))).Expect(403).Text);
        Assert.AreEqual(message, (await server.Client.Send(method, path, null, ("Authorization", $"Bearer {secret}"))).Expect(403).Text);
    }

    [TestMethod]
    public async Task A_submitter_creates_jobs_and_follows_them_and_changes_none()
    {
        await using var server = await TestServer.Start(Secrets);
        var secret = ("nexrender-secret", "send");
        (await server.Post(Some.Job("a"), secret)).Expect(200);
        (await server.Client.Json("POST", "batches", $$"""{"jobs":[{{Some.Job("b")}}]}""", ("Authorization", "bearer send"))).Expect(200);
        Assert.AreEqual("a b", (await server.Get("jobs", secret)).Expect(200).Uids);
        (await server.Get("jobs/a/status", secret)).Expect(200, "queued");
        (await server.Put("jobs/a", """{"state":"finished"}""", secret)).Expect(403);
        (await server.Delete("jobs/a", secret)).Expect(403);
        (await server.Get("jobs/pickup", secret)).Expect(403);
        (await server.Get("jobs/a", ("nexrender-secret", "look"))).Expect(200, "queued");
    }

    [TestMethod]
    public async Task A_role_is_checked_before_the_body_is_read()
    {
        // Without the gate HttpListener itself says 100 Continue.
        await using var server = await TestServer.Start(Secrets, isGated: true);
        using var client = await server.Connect();
        // The body never comes, and would be larger than the limit.
        await client.Send(
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: look\r\nContent-Type: application/json\r\n"
            + "Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n");
        Assert.Contains("the read secret does not allow POST /jobs", (await client.ReadResponse()).Expect(403).Text);
    }

    [TestMethod]
    public async Task With_any_secret_an_unknown_route_is_404_and_a_wrong_method_405()
    {
        await using var server = await TestServer.Start(Secrets);
        (await server.Get("nowhere", ("nexrender-secret", "look"))).Expect(404);
        (await server.Client.Send("PATCH", "jobs", null, ("nexrender-secret", "look"))).Expect(405);
        (await server.Client.Send("OPTIONS", "jobs", null)).Expect(200);
    }

    [TestMethod]
    public async Task A_Head_needs_the_role_of_the_Get()
    {
        await using var server = await TestServer.Start(Secrets);
        Assert.StartsWith("HTTP/1.1 200 ", await Head(server, "HEAD /jobs", "look"));
        Assert.StartsWith("HTTP/1.1 403 ", await Head(server, "HEAD /jobs", "wrong"));
    }

    [TestMethod]
    [DataRow("--read-secret=a", "--read-secret has no effect without --secret")]
    [DataRow("--submit-secret=a", "--submit-secret has no effect without --secret")]
    [DataRow("--secret=a --read-secret=a", "--secret and --read-secret are the same secret")]
    [DataRow("--secret=a --submit-secret=a", "--secret and --submit-secret are the same secret")]
    [DataRow("--secret=a --read-secret=b --submit-secret=b", "--read-secret and --submit-secret are the same secret")]
    public async Task Secrets_that_contradict_each_other_are_refused_at_the_start(string arguments, string part) =>
        (await ServerProcess.Run(arguments.Split(' '))).ExpectRefusal(2, part, "--help");

    [TestMethod]
    public async Task The_secrets_of_roles_may_come_from_variables()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        var variables = new Dictionary<string, string> { ["NEXRENDER_READ_SECRET"] = "look", ["NEXRENDER_SUBMIT_SECRET"] = "send" };
        await using var server = await ServerProcess.Start(
            [$"--port={port}", $"--database={folder.File("a.js")}", "--secret=all", "--submit-secret=give"], variables);
        Assert.Contains("with a secret, a read secret, a submit secret", await server.Started());
        using var client = new TestClient(port);
        (await client.Send("GET", "jobs", null, ("nexrender-secret", "look"))).Expect(200);
        (await client.Json("POST", "jobs", Some.Job("a"), ("nexrender-secret", "give"))).Expect(200);
        (await client.Json("POST", "jobs", Some.Job("b"), ("nexrender-secret", "send"))).Expect(403);
    }

    /// <summary>Sends a request with an empty object, and returns the head of the response; a stream has no end.</summary>
    private static async Task<string> Head(TestServer server, string route, string secret)
    {
        var (method, path) = (route.Split(' ')[0], Regex.Replace(route.Split(' ')[1], ":[a-z]+", "x"));
        using var client = await server.Connect();
        var body = method is "GET" or "HEAD" ? "\r\n" : "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        await client.Send($"{method} /api/v1{path} HTTP/1.1\r\nHost: x\r\nnexrender-secret: {secret}\r\n{body}");
        return await client.ReadUntil("\r\n\r\n");
    }
}
