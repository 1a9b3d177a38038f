using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>A lone surrogate is valid JSON and has no UTF-8: where the server writes a text again, it becomes U+FFFD.</summary>
[TestClass]
public sealed class LoneSurrogateTests
{
    private const string High = "\\ud83d", Low = "\\udc00";

    [TestMethod]
    [DataRow("PATCH", "jobs/a/cancel", "{\"reason\":\"" + High + "\"}", 200)]
    [DataRow("PATCH", "jobs/a/cancel", "{\"reason\":\"x" + Low + "y\"}", 200)]
    [DataRow("PATCH", "jobs/cancel", "{\"jobs\":[\"a\"],\"reason\":\"" + High + "\"}", 200)]
    [DataRow("PATCH", "jobs/pause", "{\"jobs\":[\"" + Low + "\"]}", 200)]
    [DataRow("DELETE", "jobs", "{\"jobs\":[\"" + High + "\"]}", 200)]
    [DataRow("POST", "batches", "{\"name\":\"" + High + "\",\"jobs\":[{\"template\":" + Some.Template + "}]}", 200)]
    [DataRow("POST", "batches", "{\"jobs\":[{\"uid\":\"" + High + "\",\"template\":" + Some.Template + "}]}", 400)]
    [DataRow("POST", "jobs", "[{\"uid\":\"" + High + "\",\"template\":" + Some.Template + "}]", 400)]
    [DataRow("POST", "jobs", "{\"dependsOn\":[\"" + High + "\"],\"template\":" + Some.Template + "}", 400)]
    [DataRow("POST", "jobs", "{\"type\":\"" + High + "\",\"tags\":\"" + Low + "\",\"template\":" + Some.Template + "}", 200)]
    [DataRow("PUT", "jobs/a", "{\"error\":[\"" + High + "\",\"" + Low + "\"],\"state\":\"" + High + "\"}", 200)]
    [DataRow("PUT", "jobs/a", "{\"notBefore\":\"" + High + "\"}", 400)]
    public async Task No_request_with_one_fails(string method, string path, string body, int status)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Client.Json(method, path, body)).Expect(status);
        foreach (var list in new[] { "jobs", "jobs/status", "jobs?minimal=true", "batches" }) _ = (await server.Get(list)).Expect(200).Json;
        await server.Restart();
        _ = (await server.Get("jobs")).Expect(200).Json;
    }

    [TestMethod]
    public async Task The_reason_of_a_cancel_shows_the_replacement_character()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var answer = (await server.Client.Json("PATCH", "jobs/a/cancel", "{\"reason\":\"x" + Low + "y\"}")).Expect(200);
        Assert.AreEqual("cancelled: x\uFFFDy", answer.Member("error"));
    }
}
