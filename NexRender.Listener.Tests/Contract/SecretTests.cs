using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>With a secret configured, requests without it are refused and learn nothing.</summary>
[TestClass]
public sealed class SecretTests
{
    private const string Refusal = "Wrong or no authentication secret provided. Please check the \"nexrender-secret\" header.";

    [TestMethod]
    [DataRow("GET", "jobs")]
    [DataRow("POST", "jobs")]
    [DataRow("GET", "jobs/known")]
    [DataRow("PUT", "jobs/known")]
    [DataRow("DELETE", "jobs/known")]
    [DataRow("GET", "jobs/status")]
    [DataRow("GET", "jobs/known/status")]
    [DataRow("GET", "jobs/pickup")]
    [DataRow("GET", "jobs/pickup/tag")]
    [DataRow("GET", "jobs/unknown")]
    [DataRow("GET", "nowhere")]
    [DataRow("PATCH", "jobs")]
    [DataRow("POST", "health")]
    [DataRow("GET", "/nothing")]
    public async Task Without_the_secret_every_path_answers_403(string method, string path)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "open sesame" });
        (await server.Post(Some.Job("known"), ("nexrender-secret", "open sesame"))).Expect(200);
        Assert.AreEqual(Refusal, (await server.Send(method, path)).Expect(403).Text);
        Assert.AreEqual("queued", (await server.Get("jobs/known", ("nexrender-secret", "open sesame"))).Expect(200).Member("state"));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("open")]
    [DataRow("open sesamE")]
    [DataRow("open sesame!")]
    [DataRow("OPEN SESAME")]
    [DataRow("xxxxxxxxxxx")]
    public async Task Another_value_is_refused(string given)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "open sesame" });
        Assert.AreEqual(Refusal, (await server.Get("jobs", ("nexrender-secret", given))).Expect(403).Text);
        Assert.AreEqual(Refusal, (await server.Post(Some.Job("a"), ("nexrender-secret", given))).Expect(403).Text);
        Assert.AreEqual("[]", (await server.Get("jobs", ("nexrender-secret", "open sesame"))).Expect(200).Text);
    }

    [TestMethod]
    public async Task With_the_secret_everything_works()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "open sesame" });
        var secret = ("nexrender-secret", "open sesame");
        (await server.Post(Some.Job("a"), secret)).Expect(200);
        (await server.Get("jobs/pickup", secret)).Expect(200, "picked");
        (await server.Put("jobs/a", """{"state":"finished"}""", secret)).Expect(200);
        (await server.Delete("jobs/a", secret)).Expect(200, "true");
        (await server.Get("nowhere", secret)).Expect(404);
    }

    [TestMethod]
    public async Task The_health_check_needs_no_secret()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s" });
        Assert.AreEqual("ok", (await server.Get("health")).Expect(200).Text);
        Assert.AreEqual("ok", (await server.Get("health?probe=1", ("nexrender-secret", "wrong"))).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_secret_outside_ASCII_may_come_as_UTF8_or_as_Latin1()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "grüße" });
        Assert.AreEqual(200, await StatusWith(server, Encoding.UTF8.GetBytes("grüße")));
        Assert.AreEqual(200, await StatusWith(server, Encoding.Latin1.GetBytes("grüße")));
    }

    [TestMethod]
    public async Task The_secret_is_checked_before_the_body_is_read()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s" });
        (await server.Send("POST", "jobs", [1, 2, 3])).Expect(403);
        (await server.Client.Json("POST", "jobs", "no json")).Expect(403);
        using var client = await server.Connect();
        // The body never comes, and would be larger than the limit.
        await client.Send("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n");
        Assert.AreEqual(Refusal, (await client.ReadResponse()).Expect(403).Text);
    }

    [TestMethod]
    public async Task Without_a_configured_secret_any_value_is_accepted()
    {
        await using var server = await TestServer.Start();
        (await server.Get("jobs", ("nexrender-secret", "whatever"))).Expect(200);
    }

    private static async Task<int> StatusWith(TestServer server, byte[] secret)
    {
        using var client = await server.Connect();
        await client.Send([.. "GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: "u8, .. secret, .. "\r\n\r\n"u8]);
        return (await client.ReadResponse()).Status;
    }

    [TestMethod]
    [DataRow("geheimnis-ü", "geheimnis-\u00fc")]
    [DataRow("geheimnis-ü", "geheimnis-\u00c3\u00bc")]
    [DataRow(" padded ", "padded")]
    public async Task Both_encodings_of_a_secret_are_accepted_and_surrounding_whitespace_is_ignored(string secret, string sent)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = secret });
        using var client = await server.Connect();
        // One byte for each character.
        var head = $"GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nnexrender-secret: {sent}\r\n\r\n";
        await client.Send(System.Text.Encoding.Latin1.GetBytes(head));
        (await client.ReadResponse()).Expect(200);
    }

    [TestMethod]
    public async Task The_secret_may_come_as_a_bearer_token()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s3cret" });
        (await server.Get("jobs", ("Authorization", "Bearer s3cret"))).Expect(200);
        (await server.Get("jobs", ("Authorization", "bearer s3cret"))).Expect(200);
        (await server.Get("jobs", ("Authorization", "Bearer other"))).Expect(403);
        (await server.Get("jobs", ("Authorization", "Basic s3cret"))).Expect(403);
    }
}
