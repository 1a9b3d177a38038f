using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>Paths and methods that exist, and the answers to those that do not.</summary>
[TestClass]
public sealed class RouteTests
{
    [TestMethod]
    [DataRow("health")]
    [DataRow("health?probe=1&x=%FF")]
    [DataRow("health/")]
    [DataRow("health/?probe")]
    public async Task The_health_is_ok(string path)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("ok", (await server.Get(path)).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("/api")]
    [DataRow("/api/v1")]
    [DataRow("/api/v1/")]
    [DataRow("/api/v2/jobs")]
    [DataRow("/jobs")]
    [DataRow("/api/v1jobs")]
    [DataRow("/API/V1/jobs")]
    [DataRow("Jobs")]
    [DataRow("job")]
    [DataRow("jobs/a/b")]
    [DataRow("jobs/a/status/b")]
    [DataRow("jobs/pickup/a/b")]
    [DataRow("jobs//")]
    [DataRow("jobs//status")]
    [DataRow("/api/v1//jobs")]
    [DataRow("//api/v1/jobs")]
    [DataRow("jobs/../jobs")]
    [DataRow("health/../jobs")]
    [DataRow("/%61pi/v1/jobs")]
    public async Task An_unknown_path_answers_404(string path)
    {
        await using var server = await TestServer.Start();
        (await server.Get(path)).Expect(404);
        (await server.Client.Json("POST", path, Some.Job("a"))).Expect(404);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("POST", "health", "GET, HEAD, OPTIONS")]
    [DataRow("PUT", "jobs", "DELETE, GET, HEAD, OPTIONS, POST")]
    [DataRow("PATCH", "jobs", "DELETE, GET, HEAD, OPTIONS, POST")]
    [DataRow("PATCH", "jobs/", "DELETE, GET, HEAD, OPTIONS, POST")]
    [DataRow("POST", "jobs/status", "GET, HEAD, OPTIONS")]
    [DataRow("PUT", "jobs/status", "GET, HEAD, OPTIONS")]
    [DataRow("DELETE", "jobs/pickup", "GET, OPTIONS")]
    [DataRow("HEAD", "jobs/pickup", "GET, OPTIONS")]
    [DataRow("HEAD", "jobs/pickup/tag", "GET, OPTIONS")]
    [DataRow("POST", "jobs/pickup/tag", "GET, OPTIONS")]
    [DataRow("POST", "jobs/a", "DELETE, GET, HEAD, OPTIONS, PUT")]
    [DataRow("PATCH", "jobs/a", "DELETE, GET, HEAD, OPTIONS, PUT")]
    [DataRow("DELETE", "jobs/a/status", "GET, HEAD, OPTIONS")]
    [DataRow("TRACE", "jobs", "DELETE, GET, HEAD, OPTIONS, POST")]
    [DataRow("BREW", "jobs", "DELETE, GET, HEAD, OPTIONS, POST")]
    public async Task Another_method_answers_405_and_says_which_ones_there_are(string method, string path, string allowed)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var answer = (await server.Send(method, path)).Expect(405);
        var methods = answer.Header("Allow")!.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal);
        Assert.AreEqual(allowed, string.Join(", ", methods));
        Assert.AreEqual("queued", (await server.Get("jobs/a")).Expect(200).Member("state"));
    }

    [TestMethod]
    public async Task Methods_are_case_sensitive()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send("get /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n");
        (await client.ReadResponse()).Expect(405);
    }

    [TestMethod]
    [DataRow("health")]
    [DataRow("jobs")]
    [DataRow("jobs/known")]
    [DataRow("jobs/status")]
    [DataRow("jobs/known/status")]
    [DataRow("jobs/unknown")]
    public async Task Head_answers_like_Get_without_the_body(string path)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("known"))).Expect(200);
        var get = await server.Get(path);
        using var client = await server.Connect();
        await client.Send($"HEAD /api/v1/{path} HTTP/1.1\r\nHost: x\r\n\r\n");
        var head = await client.ReadResponse(hasBody: false);
        Assert.AreEqual(get.Status, head.Status);
        Assert.AreEqual($"{get.Body.Length}", head.Header("Content-Length"));
        Assert.AreEqual(get.Header("Content-Type"), head.Header("Content-Type"));
        // A body after the first answer would be read as the head of this one.
        await client.Send("GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.AreEqual("ok", (await client.ReadResponse()).Expect(200).Text);
        Assert.AreEqual("", await client.ReadToEnd());
    }

    [TestMethod]
    public async Task A_trailing_slash_is_ignored()
    {
        await using var server = await TestServer.Start();
        (await server.Client.Json("POST", "jobs/", Some.Job("a", tags: "t"))).Expect(200);
        Assert.AreEqual("a", (await server.Get("jobs/")).Expect(200).Uids);
        Assert.AreEqual("a", (await server.Get("jobs/a/")).Expect(200).Member("uid"));
        Assert.AreEqual("a", (await server.Get("jobs/a/status/")).Expect(200).Member("uid"));
        Assert.AreEqual("a", (await server.Get("jobs/status/")).Expect(200).Uids);
        Assert.AreEqual("a", (await server.Get("jobs/pickup/t/")).Expect(200).Member("uid"));
        Assert.AreEqual("{}", (await server.Get("jobs/pickup/")).Expect(200).Text);
        (await server.Put("jobs/a/", "{}")).Expect(200);
        (await server.Delete("jobs/a/")).Expect(200, "true");
    }

    [TestMethod]
    public async Task A_query_changes_nothing()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        Assert.AreEqual("a", (await server.Get("jobs/a?x=/../b")).Expect(200).Member("uid"));
        Assert.AreEqual("a", (await server.Get("jobs/a?")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task The_host_header_does_not_affect_the_path()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        await client.Send("GET /nowhere HTTP/1.1\r\nHost: x/api/v1/jobs?\r\n\r\n");
        Assert.AreNotEqual(200, (await client.ReadResponse()).Status);
    }
}
