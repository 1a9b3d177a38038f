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
    [DataRow("\"a+b\"", "a+b")]
    [DataRow("\"grüße\"", "gr%C3%BC%C3%9Fe")]
    [DataRow("\"gr\\u00fc\\u00dfe\"", "gr%C3%BC%C3%9Fe")]
    [DataRow("\"\\ud83d\\ude00\"", "%F0%9F%98%80")]
    [DataRow("\"\\\"\"", "%22")]
    [DataRow("\"health\"", "health")]
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
    [DataRow("12", "12")]
    [DataRow("1.0", "1")]
    [DataRow("-1.50", "-1.5")]
    [DataRow("1e3", "1000")]
    [DataRow("0.1", "0.1")]
    [DataRow("1E-7", "1e-7")]
    [DataRow("0.000001", "0.000001")]
    [DataRow("1.5e300", "1.5e+300")]
    [DataRow("1e21", "1e+21")]
    [DataRow("123456789012345680000", "123456789012345680000")]
    [DataRow("9007199254740992", "9007199254740992")]
    public async Task A_uid_that_is_a_number_is_stored_as_the_text_that_JavaScript_makes_of_it(string uid, string text)
    {
        await using var server = await TestServer.Start();
        var created = (await server.Post($$"""{"template":{{Some.Template}},"uid":{{uid}}}""")).Expect(200);
        Assert.AreEqual($"\"{text}\"", created.Raw("uid"));
        (await server.Put($"jobs/{text}", $$"""{"uid":{{uid}},"priority":1}""")).Expect(200);
        Assert.AreEqual($"\"{text}\"", (await server.Get($"jobs/{text}")).Expect(200).Raw("uid"));
    }

    [TestMethod]
    [DataRow("1234567890123456789", "JavaScript cannot hold")]
    [DataRow("9007199254740993", "JavaScript cannot hold")]
    [DataRow("0.1000000000000000055511151231257827", "JavaScript cannot hold")]
    [DataRow("1e400", "JavaScript cannot hold")]
    [DataRow("0", "job must have uid")]
    [DataRow("\"\"", "job must have uid")]
    [DataRow("true", "must be a string or a number")]
    [DataRow("[1]", "must be a string or a number")]
    [DataRow("\"a/b\"", "must not contain /")]
    [DataRow("\"a\\\\b\"", "must not contain \\")]
    [DataRow("\"a?\"", "must not contain ?")]
    [DataRow("\"#\"", "must not contain #")]
    [DataRow("\"50%\"", "must not contain %")]
    [DataRow("\".\"", "must not be \".\"")]
    [DataRow("\"..\"", "must not be \"..\"")]
    [DataRow("\" a\"", "whitespace")]
    [DataRow("\"a\\u00a0\"", "whitespace")]
    [DataRow("\"a\\u3000\"", "whitespace")]
    [DataRow("\"a\\u0000b\"", "control characters")]
    [DataRow("\"a\\u007fb\"", "control characters")]
    [DataRow("\"a\\u0085b\"", "control characters")]
    [DataRow("\"a\\ud800b\"", "lone surrogate")]
    [DataRow("\"\\udc00\\ud800\"", "lone surrogate")]
    public async Task A_job_that_no_worker_could_report_on_is_refused_with_the_reason(string uid, string reason)
    {
        await using var server = await TestServer.Start();
        (await server.Post($$"""{"template":{{Some.Template}},"uid":{{uid}}}""")).Expect(400, reason);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_uid_may_have_512_bytes_and_no_more()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job(new string('ü', 256)))).Expect(200);
        (await server.Post(Some.Job(new string('ü', 256) + "x"))).Expect(400, "longer than 512 bytes");
    }

    [TestMethod]
    [DataRow("\"a/b\"", "a%2Fb")]
    [DataRow("\"..\"", "%2e%2E")]
    [DataRow("\"50%\"", "50%25")]
    [DataRow("\"a?b#c\"", "a%3Fb%23c")]
    [DataRow("\"a\\\\b\"", "a%5Cb")]
    [DataRow("\" \"", "%20")]
    [DataRow("7", "7")]
    [DataRow("12345678901234567890", "12345678901234567890")]
    public async Task A_job_that_is_in_a_database_already_keeps_its_uid(string uid, string segment)
    {
        await using var server = await TestServer.Start(database: $$"""[{"uid":{{uid}},"state":"queued","template":{{Some.Template}}}]""");
        Assert.AreEqual(uid, (await server.Get($"jobs/{segment}")).Expect(200).Raw("uid"));
        Assert.AreEqual(uid, (await server.Put($"jobs/{segment}", """{"priority":1}""")).Expect(200).Raw("uid"));
        (await server.Delete($"jobs/{segment}")).Expect(200, "\"removed\":true");
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
    public async Task An_invalid_percent_encoding_answers_400(string segment)
    {
        await using var server = await TestServer.Start();
        (await server.Get($"jobs/{segment}")).Expect(400);
        (await server.Get($"jobs/pickup/{segment}")).Expect(400);
        (await server.Put($"jobs/{segment}", "{}")).Expect(400);
        (await server.Delete($"jobs/{segment}")).Expect(400);
    }
}
