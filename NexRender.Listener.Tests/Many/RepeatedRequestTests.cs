using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Many;

/// <summary>Submissions with an Idempotency-Key.</summary>
[TestClass]
public sealed class RepeatedRequestTests
{
    private static (string Name, string Value) Key(string key) => ("Idempotency-Key", key);

    [TestMethod]
    [DataRow("jobs", "JOB")]
    [DataRow("jobs", "[JOB,JOB]")]
    [DataRow("batches", "{\"name\":\"Spots\",\"jobs\":[JOB,{},JOB]}")]
    public async Task A_repeated_submission_gets_the_first_answer_and_stores_nothing(string path, string body)
    {
        await using var server = await TestServer.Start();
        body = body.Replace("JOB", Some.Job());
        var first = (await server.Client.Json("POST", path, body, Key("k"))).Expect(200);
        Assert.IsNull(first.Header("Idempotent-Replayed"));
        var jobs = (await server.Get("jobs")).Expect(200).Text;
        for (var i = 0; i < 3; i++)
        {
            var again = (await server.Client.Json("POST", path, body, Key("k"))).Expect(200);
            Assert.AreEqual(first.Text, again.Text);
            Assert.AreEqual("true", again.Header("Idempotent-Replayed"));
            if (i < 2) Assert.AreEqual(jobs, (await server.Get("jobs")).Expect(200).Text);
            if (i == 1) (await server.Delete("jobs?all=true")).Expect(200);
            await server.Restart();
        }

        Assert.AreEqual("[]", (await server.Get("jobs")).Text);
        Assert.AreNotEqual(first.Text, (await server.Client.Json("POST", path, body, Key("other"))).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_key_of_another_request_is_refused()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"), Key("k"))).Expect(200);
        (await server.Post(Some.Job("b"), Key("k"))).Expect(422, "was used for another request");
        (await server.Client.Json("POST", "batches", Some.Job("a"), Key("k"))).Expect(422);
        Assert.AreEqual("a", (await server.Get("jobs")).Uids);
    }

    [TestMethod]
    public async Task A_refused_submission_may_be_repeated_with_its_key()
    {
        await using var server = await TestServer.Start();
        (await server.Post("{}", Key("k"))).Expect(400);
        (await server.Client.Json("POST", "jobs?dryRun=true", Some.Job("a"), Key("k"))).Expect(200);
        (await server.Post(Some.Job("a"), Key("k"))).Expect(200);
        (await server.Post(Some.Job("b"), Key(" "))).Expect(400, "visible ASCII characters");
        (await server.Post(Some.Job("b"), Key(new string('k', 256)))).Expect(400, "visible ASCII characters");
    }

    [TestMethod]
    public async Task Of_many_at_the_same_time_one_is_stored()
    {
        await using var server = await TestServer.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Post(Some.Job(), Key("k"))));
        Assert.HasCount(1, answers.Select(answer => answer.Expect(200).Text).Distinct());
        Assert.AreEqual(1, (await server.Get("jobs")).Json.GetArrayLength());
    }

    [TestMethod]
    public async Task An_answer_is_forgotten_after_24_hours()
    {
        var clock = new FakeClock();
        await using var server = await TestServer.Start(new ListenerOptions { Clock = clock });
        var first = (await server.Post(Some.Job(), Key("k"))).Expect(200).Text;
        clock.Advance(TimeSpan.FromHours(23));
        Assert.AreEqual(first, (await server.Post(Some.Job(), Key("k"))).Expect(200).Text);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.AreNotEqual(first, (await server.Post(Some.Job(), Key("k"))).Expect(200).Text);
        Assert.AreEqual(2, (await server.Get("jobs")).Json.GetArrayLength());
    }
}
