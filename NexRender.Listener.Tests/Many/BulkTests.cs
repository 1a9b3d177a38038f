using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Many;

/// <summary>Actions on many jobs.</summary>
[TestClass]
public sealed class BulkTests
{
    [TestMethod]
    public async Task The_jobs_of_a_list_are_changed_and_the_answer_says_which_are_not()
    {
        await using var server = await Jobs("a", "b", "c", "d");
        (await server.Send("PATCH", "jobs/b/cancel")).Expect(200);
        var answer = await Bulk(server, "cancel", """{"jobs":["a","b","nobody","c","a"],"reason":"too late"}""");
        Assert.AreEqual(
            """{"matched":4,"changed":2,"unchanged":[{"uid":"b","reason":"job b was cancelled before"},"""
            + """{"uid":"nobody","reason":"job not found: nobody"}]}""",
            answer.Expect(200).Text);
        Assert.AreEqual("error error error queued", await States(server));
        Assert.AreEqual("cancelled: too late", (await server.Get("jobs/a")).Member("error"));
        await server.Restart();
        Assert.AreEqual("error error error queued", await States(server));
    }

    [TestMethod]
    public async Task Each_action_changes_the_jobs_that_it_can_change()
    {
        await using var server = await Jobs("a", "b", "c");
        (await Bulk(server, "pause?all=true")).Expect(200, "\"matched\":3,\"changed\":3");
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Text);
        (await Bulk(server, "pause?all=true")).Expect(200, "\"changed\":0", "\"reason\":\"job a is paused already\"");
        (await Bulk(server, "resume?all=true")).Expect(200, "\"changed\":3");
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Member("uid"));
        (await Bulk(server, "cancel", """{"jobs":["a","b"]}""")).Expect(200, "\"changed\":2");
        (await Bulk(server, "retry?all=true")).Expect(200, "\"changed\":2", "\"uid\":\"c\"");
        Assert.AreEqual("queued queued queued", await States(server));
        Assert.AreEqual("a b c", string.Join(' ', await PickUp(server), await PickUp(server), await PickUp(server)));
        (await server.Send("DELETE", "jobs", Some.Bytes("""{"jobs":["b","x"]}"""), TestClient.JsonContent)).Expect(200, "\"changed\":1");
        Assert.AreEqual("a c", (await server.Get("jobs")).Uids);
        (await server.Delete("jobs?all=true")).Expect(200, """{"matched":2,"changed":2,"unchanged":[]}""");
        Assert.AreEqual("[]", (await server.Get("jobs")).Text);
        await server.Restart();
        Assert.AreEqual("[]", (await server.Get("jobs")).Text);
    }

    [TestMethod]
    [DataRow("cancel", null)]
    [DataRow("retry", null)]
    [DataRow("pause", null)]
    [DataRow("resume", null)]
    [DataRow("cancel", "{}")]
    [DataRow("cancel", "{\"reason\":\"why\"}")]
    [DataRow("cancel?all=false", null)]
    [DataRow("cancel?all=maybe", null)]
    [DataRow("cancel", "{\"jobs\":\"a\"}")]
    [DataRow("cancel", "{\"jobs\":[1]}")]
    [DataRow("cancel", "{\"jobs\":[\"a\"],\"reason\":1}")]
    [DataRow("cancel?all=true", "{\"jobs\":[\"a\"]}")]
    [DataRow("cancel?states=queued", "{\"jobs\":[\"a\"]}")]
    [DataRow("cancel?states=queued&all=true", null)]
    [DataRow("cancel?states=", null)]
    [DataRow("cancel?states=nonsense", null)]
    [DataRow("cancel?state=queued", null)]
    [DataRow("cancel?states=queued&tag=x", null)]
    [DataRow("cancel?from_date=yesterday", null)]
    public async Task A_request_that_does_not_say_which_jobs_is_refused_and_touches_nothing(string action, string? body)
    {
        await using var server = await Jobs("a", "b");
        (await Bulk(server, action, body)).Expect(400);
        (await server.Delete("jobs")).Expect(400, "say which jobs");
        Assert.AreEqual("queued queued", await States(server));
    }

    [TestMethod]
    [DataRow("states=queued", "a b c")]
    [DataRow("states=queued,paused", "a b c d")]
    [DataRow("states=cancelled", "e")]
    [DataRow("states=rendering&states=paused", "d f")]
    [DataRow("exclude_states=queued,error", "d f")]
    [DataRow("tags=x", "a b")]
    [DataRow("tags=x,y&states=queued", "a b c")]
    [DataRow("type=other", "b")]
    [DataRow("executor=mac-07", "f")]
    [DataRow("q=SOME.aep&tags=y", "b c")]
    [DataRow("q=c", "c")]
    [DataRow("from_date=2020-01-01&to_date=2021-01-01", "")]
    [DataRow("from_date=2020-01-01&updated_since=2020-01-01&exclude_states=error", "a b c d f")]
    public async Task The_jobs_that_meet_the_conditions_are_changed(string query, string uids)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("f"))).Expect(200);
        (await server.Get("jobs/pickup", ("nexrender-name", "mac-07"))).Expect(200);
        (await server.Put("jobs/f", """{"state":"render:dorender"}""")).Expect(200);
        (await server.Post($"[{Some.Job("a", tags: "x")},{Some.Job("b", tags: "x,y", members: "\"type\":\"other\"")}]")).Expect(200);
        (await server.Post($"[{Some.Job("c", tags: "y")},{Some.Job("d")},{Some.Job("e")}]")).Expect(200);
        (await server.Send("PATCH", "jobs/d/pause")).Expect(200);
        (await server.Send("PATCH", "jobs/e/cancel")).Expect(200);
        var before = (await server.Get("jobs")).Uids.Split(' ');
        (await server.Delete($"jobs?{query}")).Expect(200, $"\"changed\":{uids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length},");
        var gone = before.Except((await server.Get("jobs")).Uids.Split(' ')).Order(StringComparer.Ordinal);
        Assert.AreEqual(uids, string.Join(' ', gone));
    }

    [TestMethod]
    public async Task A_batch_is_a_condition_too()
    {
        await using var server = await Jobs("a");
        var answer = (await server.Client.Json("POST", "batches", $$"""{"jobs":[{{Some.Job("b")}}]}""")).Expect(200);
        (await Bulk(server, $"cancel?batch={answer.Member("batchId")}")).Expect(200, "\"matched\":1,\"changed\":1");
        Assert.AreEqual("queued error", await States(server));
    }

    [TestMethod]
    public async Task A_dry_run_says_what_would_happen()
    {
        await using var server = await Jobs("a", "b");
        (await server.Send("PATCH", "jobs/b/cancel")).Expect(200);
        (await Bulk(server, "cancel?all=true&dryRun=true")).Expect(200, "\"matched\":2,\"changed\":1");
        (await server.Delete("jobs?all=true&dryRun=true")).Expect(200, "\"matched\":2,\"changed\":2");
        Assert.AreEqual("queued error", await States(server));
    }

    [TestMethod]
    public async Task A_list_of_no_jobs_changes_none()
    {
        await using var server = await Jobs("a");
        (await Bulk(server, "cancel", """{"jobs":[]}""")).Expect(200, """{"matched":0,"changed":0,"unchanged":[]}""");
        Assert.AreEqual("queued", await States(server));
    }

    [TestMethod]
    public async Task Jobs_that_change_meanwhile_are_decided_again_and_no_worker_gets_one_that_is_cancelled()
    {
        await using var server = await TestServer.Start();
        var jobs = string.Join(',', Enumerable.Range(0, 5_000).Select(n => Some.Job($"job{n}")));
        (await server.Post($"[{jobs}]")).Expect(200);
        var cancelled = Bulk(server, "cancel?all=true");
        // Workers take jobs, and a script edits others, while the change is prepared.
        var taken = new List<string>();
        while (!cancelled.IsCompleted)
        {
            var picked = (await server.Get("jobs/pickup")).Expect(200);
            if (picked.Text != "{}") taken.Add(picked.Member("uid"));
            await server.Put("jobs/job4999", """{"note":1}""");
        }

        (await cancelled).Expect(200, "\"matched\":5000,\"changed\":5000");
        var states = (await server.Get("jobs")).Json.EnumerateArray().Select(job => job.GetProperty("state").GetString());
        Assert.AreSequenceEqual(["error"], states.Distinct());
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Text, $"after {taken.Count} pickups");
        (await Bulk(server, "retry?all=true")).Expect(200, "\"changed\":5000");
        Assert.AreEqual("job0", (await server.Get("jobs/pickup")).Member("uid"));
    }

    [TestMethod]
    [DataRow("cancel")]
    [DataRow("retry")]
    [DataRow("pause")]
    [DataRow("resume")]
    public async Task The_names_of_the_actions_are_not_uids_of_new_jobs(string uid)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job(uid))).Expect(400, $"job uid must not be \"{uid}\"");
    }

    private static async Task<TestServer> Jobs(params string[] uids)
    {
        var server = await TestServer.Start();
        foreach (var uid in uids) (await server.Post(Some.Job(uid))).Expect(200);
        return server;
    }

    private static Task<Answer> Bulk(TestServer server, string action, string? body = null) => body is null
        ? server.Send("PATCH", $"jobs/{action}")
        : server.Client.Json("PATCH", $"jobs/{action}", body);

    private static async Task<string> PickUp(TestServer server) => (await server.Get("jobs/pickup")).Member("uid");

    private static async Task<string> States(TestServer server) =>
        string.Join(' ', (await server.Get("jobs")).Json.EnumerateArray().Select(job => job.GetProperty("state").GetString()));
}
