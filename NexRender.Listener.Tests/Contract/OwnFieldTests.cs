using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>People's own members that happen to have a name that the server knows are kept and have no effect.</summary>
[TestClass]
public sealed class OwnFieldTests
{
    [TestMethod]
    [DataRow("attempts", "5")]
    [DataRow("attempts", "\"three\"")]
    [DataRow("attempts", "[1,2]")]
    [DataRow("attempts", "{\"left\":2}")]
    [DataRow("lease", "true")]
    [DataRow("lease", "\"forever\"")]
    [DataRow("lease", "{\"owner\":\"x\"}")]
    [DataRow("maxAttempts", "[]")]
    [DataRow("maxAttempts", "\"many\"")]
    [DataRow("notBefore", "5")]
    [DataRow("notBefore", "false")]
    [DataRow("notBefore", "{\"day\":1}")]
    public async Task A_value_of_another_kind_is_kept_untouched(string name, string value)
    {
        await using var server = await TestServer.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero });
        var created = (await server.Post(Some.Job("a", members: $"\"{name}\":{value}"))).Expect(200);
        Assert.AreEqual(value, created.Raw(name));
        (await server.Get("jobs/pickup")).Expect(200, "\"uid\":\"a\"");
        (await server.Put("jobs/a", """{"state":"error","error":"no"}""")).Expect(200);
        Assert.AreEqual(value, (await server.Get("jobs/a")).Expect(200).Raw(name));
        await server.Restart();
        Assert.AreEqual(value, (await server.Get("jobs/a")).Expect(200).Raw(name));
    }

    [TestMethod]
    [DataRow("lease", "\"60\"")]
    [DataRow("maxAttempts", "\"3\"")]
    public async Task A_number_as_a_string_is_accepted(string name, string value)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual(value, (await server.Post(Some.Job("a", members: $"\"{name}\":{value}"))).Expect(200).Raw(name));
    }

    [TestMethod]
    public async Task A_number_of_attempts_as_a_string_counts()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: "\"maxAttempts\":\"2\""))).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200);
        Assert.AreEqual("queued", (await server.Put("jobs/a", """{"state":"error","error":"no"}""")).Expect(200).Member("state"));
    }

    [TestMethod]
    public async Task Removing_a_job_that_is_being_rendered_says_so()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var picked = (await server.Get("jobs/pickup")).Expect(200).Text;
        (await server.Put("jobs/a",
            picked.Replace("\"picked\"", "\"started\"")[..^1] + ",\"startedAt\":\"2026-11-25T10:00:00.000Z\"}")).Expect(200);
        (await server.Delete("jobs/a")).Expect(200, "\"removed\":true", "\"note\":\"a worker is rendering this job");
    }
}
