using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>Every uid that is accepted can be reached.</summary>
[TestClass]
public sealed class UidTests
{
    [TestMethod]
    [DataRow("\"a\"", "a")]
    [DataRow("\"A-z_0.9~\"", "A-z_0.9~")]
    [DataRow("\"a b\"", "a%20b")]
    [DataRow("\"a/b\"", "a%2Fb")]
    [DataRow("\"a/b\"", "a%2fb")]
    [DataRow("\"..\"", "..")]
    [DataRow("\"..\"", "%2e%2E")]
    [DataRow("\"50%\"", "50%25")]
    [DataRow("\"a?b#c\"", "a%3Fb%23c")]
    [DataRow("\"a+b\"", "a+b")]
    [DataRow("\"grüße\"", "gr%C3%BC%C3%9Fe")]
    [DataRow("\"gr\\u00fc\\u00dfe\"", "gr%C3%BC%C3%9Fe")]
    [DataRow("\"\\ud83d\\ude00\"", "%F0%9F%98%80")]
    [DataRow("\"a\\\\b\"", "a%5Cb")]
    [DataRow("\"\\\"\"", "%22")]
    [DataRow("\"\\u0000\"", "%00")]
    [DataRow("\"a\\nb\"", "a%0Ab")]
    [DataRow("\"%41\"", "%2541")]
    [DataRow("\" \"", "%20")]
    [DataRow("\"health\"", "health")]
    [DataRow("12", "12")]
    [DataRow("-1.50", "-1.50")]
    [DataRow("1e3", "1e3")]
    [DataRow("12345678901234567890", "12345678901234567890")]
    public async Task A_job_is_found_under_its_percent_encoded_uid(string uid, string segment)
    {
        await using var server = await TestServer.Start();
        var created = (await server.Post($$"""{"template":{{Some.Template}},"uid":{{uid}}}""")).Expect(200);
        Assert.AreEqual(uid, created.Raw("uid"));
        Assert.AreEqual(created.Text, (await server.Get($"jobs/{segment}")).Expect(200).Text);
        Assert.AreEqual(uid, (await server.Get($"jobs/{segment}/status")).Expect(200).Raw("uid"));
        Assert.AreEqual(uid, (await server.Put($"jobs/{segment}", $$"""{"uid":{{uid}}}""")).Expect(200).Raw("uid"));
        await server.Restart();
        Assert.AreEqual(uid, (await server.Get($"jobs/{segment}")).Expect(200).Raw("uid"));
        (await server.Delete($"jobs/{segment}")).Expect(200, "\"removed\":true");
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_uid_of_raw_UTF8_in_the_path_is_found_too()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("grüße"))).Expect(200);
        using var client = await server.Connect();
        await client.Send("GET /api/v1/jobs/grüße HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.AreEqual("grüße", (await client.ReadResponse()).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow("pickup")]
    [DataRow("status")]
    public async Task A_uid_that_no_request_could_reach_answers_400(string uid)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job(uid))).Expect(400, uid);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_number_and_its_text_are_the_same_uid()
    {
        await using var server = await TestServer.Start();
        (await server.Post($$"""{"template":{{Some.Template}},"uid":7}""")).Expect(200);
        (await server.Post(Some.Job("7"))).Expect(409);
        (await server.Put("jobs/7", """{"uid":"7"}""")).Expect(200);
    }

    [TestMethod]
    [DataRow("%")]
    [DataRow("%4")]
    [DataRow("%zz")]
    [DataRow("a%2")]
    [DataRow("%u00e9")]
    [DataRow("%FF")]
    [DataRow("%C3")]
    [DataRow("%ED%A0%80")]
    [DataRow("%C0%AF")]
    public async Task A_path_that_is_no_percent_encoded_text_answers_400(string segment)
    {
        await using var server = await TestServer.Start();
        (await server.Get($"jobs/{segment}")).Expect(400);
        (await server.Get($"jobs/pickup/{segment}")).Expect(400);
        (await server.Put($"jobs/{segment}", "{}")).Expect(400);
        (await server.Delete($"jobs/{segment}")).Expect(400);
    }
}
