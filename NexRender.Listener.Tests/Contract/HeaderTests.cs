using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>The headers of every answer.</summary>
[TestClass]
public sealed class HeaderTests
{
    [TestMethod]
    [DataRow("GET", "jobs", 200)]
    [DataRow("GET", "jobs/known", 200)]
    [DataRow("GET", "jobs/status", 200)]
    [DataRow("GET", "jobs/known/status", 200)]
    [DataRow("GET", "jobs/pickup/unknown", 200)]
    [DataRow("GET", "health", 200)]
    [DataRow("GET", "jobs/unknown", 404)]
    [DataRow("GET", "/nothing", 404)]
    [DataRow("PATCH", "jobs/known", 405)]
    [DataRow("POST", "jobs", 415)]
    [DataRow("DELETE", "jobs/unknown", 200)]
    [DataRow("OPTIONS", "jobs", 200)]
    public async Task Every_answer_lets_browsers_in_and_names_the_server(string method, string path, int status)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("known"))).Expect(200);
        var answer = (await server.Send(method, path)).Expect(status);
        Assert.AreEqual("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.AreEqual("true", answer.Header("Access-Control-Allow-Credentials"));
        Assert.MatchesRegex(@"^nexrender-listener/\d+\.\d+\.\d+", answer.Header("Server")!);
        Assert.AreEqual($"{answer.Body.Length}", answer.Header("Content-Length"));
        Assert.IsNull(answer.Header("Transfer-Encoding"));
    }

    [TestMethod]
    [DataRow("jobs")]
    [DataRow("jobs/known")]
    [DataRow("jobs/status")]
    [DataRow("jobs/known/status")]
    [DataRow("jobs/pickup")]
    [DataRow("jobs/pickup/unknown")]
    public async Task Json_responses_declare_their_type(string path)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("known"))).Expect(200);
        Assert.AreEqual("application/json; charset=utf-8", (await server.Get(path)).Expect(200).Header("Content-Type"));
    }

    [TestMethod]
    public async Task Json_responses_to_changes_declare_their_type()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("application/json; charset=utf-8", (await server.Post(Some.Job("a"))).Expect(200).Header("Content-Type"));
        Assert.AreEqual("application/json; charset=utf-8", (await server.Put("jobs/a", "{}")).Expect(200).Header("Content-Type"));
        Assert.AreEqual("application/json; charset=utf-8", (await server.Delete("jobs/a")).Expect(200).Header("Content-Type"));
    }

    [TestMethod]
    [DataRow("GET", "health", 200)]
    [DataRow("OPTIONS", "jobs", 200)]
    [DataRow("GET", "jobs/unknown", 404)]
    [DataRow("GET", "nowhere", 404)]
    [DataRow("PATCH", "jobs", 405)]
    [DataRow("PUT", "jobs/a", 415)]
    public async Task Text_responses_declare_their_type(string method, string path, int status)
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("text/plain; charset=utf-8", (await server.Send(method, path)).Expect(status).Header("Content-Type"));
    }

    [TestMethod]
    [DataRow("jobs")]
    [DataRow("jobs/some")]
    [DataRow("jobs/pickup")]
    [DataRow("health")]
    [DataRow("nowhere")]
    [DataRow("/")]
    [DataRow("/elsewhere/at/all")]
    public async Task A_preflight_is_answered_on_any_path_without_the_secret(string path)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Secret = "s" });
        var answer = (await server.Send("OPTIONS", path)).Expect(200);
        Assert.AreEqual("ok", answer.Text);
        Assert.AreEqual("POST,GET,PUT,PATCH,DELETE,OPTIONS", answer.Header("Access-Control-Allow-Methods"));
        Assert.AreEqual(
            "X-Requested-With,Access-Control-Allow-Origin,X-HTTP-Method-Override,Content-Type,Authorization,Accept,"
                + "nexrender-secret,nexrender-name,Idempotency-Key",
            answer.Header("Access-Control-Allow-Headers"));
        Assert.AreEqual("86400", answer.Header("Access-Control-Max-Age"));
    }

    [TestMethod]
    [DataRow("GET", "jobs/unknown", null)]
    [DataRow("GET", "nowhere", null)]
    [DataRow("PATCH", "jobs", null)]
    [DataRow("POST", "jobs", "{")]
    [DataRow("POST", "jobs", "[]")]
    [DataRow("POST", "jobs", "{}")]
    [DataRow("PUT", "jobs/unknown", "{}")]
    [DataRow("PUT", "jobs/unknown", "{\n\n,")]
    [DataRow("GET", "jobs/%FF", null)]
    public async Task An_error_is_one_line_for_people(string method, string path, string? body)
    {
        await using var server = await TestServer.Start();
        var answer = body is null ? await server.Send(method, path) : await server.Client.Json(method, path, body);
        Assert.IsInRange(400, 499, answer.Status);
        Assert.AreNotEqual("", answer.Text);
        Assert.DoesNotContain("\n", answer.Text);
        Assert.DoesNotContain("Exception", answer.Text);
        Assert.DoesNotContain("   at ", answer.Text);
    }
}
