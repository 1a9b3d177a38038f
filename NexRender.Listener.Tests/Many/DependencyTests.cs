using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Many;

/// <summary>Jobs that depend on others.</summary>
[TestClass]
public sealed class DependencyTests
{
    [TestMethod]
    public async Task A_job_waits_until_all_its_dependencies_have_finished_and_is_then_queued_in_its_old_place()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("sum", "#0", "#2")},{Some.Job("b")}]")).Expect(200);
        (await server.Post(Some.Job("late"))).Expect(200);
        Assert.AreEqual("""["a","b"]""", (await server.Get("jobs/sum")).Raw("dependsOn"));
        Assert.AreEqual("queued waiting queued queued", await States(server));
        await Finish(server, "a");
        await server.Restart();
        Assert.AreEqual("waiting", await State(server, "sum"));
        await Finish(server, "b");
        Assert.AreEqual("finished queued finished queued", await States(server));
        Assert.AreEqual("sum", (await server.Get("jobs/pickup")).Member("uid"));
    }

    [TestMethod]
    public async Task A_job_whose_dependencies_have_finished_is_queued_at_once()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        await Finish(server, "a");
        Assert.AreEqual("queued", (await server.Post(Depending("sum", "a"))).Expect(200).Member("state"));
    }

    [TestMethod]
    [DataRow("error", "dependency a ended in error")]
    [DataRow("cancel", "dependency a was cancelled")]
    [DataRow("remove", "dependency a was removed")]
    public async Task It_ends_in_error_with_a_dependency_and_so_do_those_that_depend_on_it(string how, string text)
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")},{Depending("c", "b")},{Some.Job("other")}]")).Expect(200);
        if (how == "error") (await server.Put("jobs/a", """{"state":"error","error":"broken"}""")).Expect(200);
        if (how == "cancel") (await server.Send("PATCH", "jobs/a/cancel")).Expect(200);
        if (how == "remove") (await server.Delete("jobs/a")).Expect(200);
        for (var i = 0; i < 2; i++)
        {
            Assert.AreEqual("error", await State(server, "b"));
            Assert.AreEqual(text, (await server.Get("jobs/b")).Member("error"));
            Assert.AreEqual("a", (await server.Get("jobs/b")).Member("failedDependency"));
            Assert.AreEqual("dependency b ended in error", (await server.Get("jobs/c/status")).Member("error"));
            await server.Restart();
        }

        Assert.AreEqual("other", (await server.Get("jobs/pickup")).Member("uid"));
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Text);
    }

    [TestMethod]
    public async Task A_retry_of_the_dependency_puts_them_back_to_waiting()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")},{Depending("c", "b")}]")).Expect(200);
        (await server.Send("PATCH", "jobs/a/cancel")).Expect(200);
        Assert.AreEqual("error error error", await States(server));
        await server.Restart();
        (await server.Send("PATCH", "jobs/b/retry")).Expect(409, "job b depends on a, which is error; retry that job instead");
        (await server.Send("PATCH", "jobs/a/retry")).Expect(200);
        Assert.AreEqual("queued waiting waiting", await States(server));
        var waiting = (await server.Get("jobs/b")).Expect(200);
        Assert.DoesNotContain("error", waiting.Text);
        Assert.DoesNotContain("failedDependency", waiting.Text);
        Assert.DoesNotContain("\"attempts\"", waiting.Text);
        await Finish(server, "a");
        await Finish(server, "b");
        Assert.AreEqual("finished finished queued", await States(server));
    }

    [TestMethod]
    public async Task A_job_whose_dependency_was_removed_may_be_retried_without_it()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")}]")).Expect(200);
        (await server.Delete("jobs/a")).Expect(200);
        Assert.AreEqual("queued", (await server.Send("PATCH", "jobs/b/retry")).Expect(200).Member("state"));
    }

    [TestMethod]
    public async Task A_job_of_the_same_uid_takes_the_place_of_a_dependency_that_failed()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")}]")).Expect(200);
        (await server.Send("PATCH", "jobs/a/cancel")).Expect(200);
        (await server.Post(Some.Job("a"))).Expect(200);
        Assert.AreEqual("waiting", await State(server, "b"));
        await Finish(server, "a");
        Assert.AreEqual("queued", await State(server, "b"));
    }

    [TestMethod]
    public async Task A_dependency_may_be_removed_after_it_has_finished()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Some.Job("b")},{Depending("c", "a", "b")}]")).Expect(200);
        await Finish(server, "a");
        (await server.Delete("jobs/a")).Expect(200);
        await server.Restart();
        Assert.AreEqual("waiting", await State(server, "c"));
        await Finish(server, "b");
        Assert.AreEqual("queued", await State(server, "c"));
    }

    [TestMethod]
    public async Task A_job_that_depends_on_one_that_has_failed_ends_at_once_and_waits_after_its_retry()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Send("PATCH", "jobs/a/cancel")).Expect(200);
        Assert.AreEqual("error", (await server.Post(Depending("b", "a"))).Expect(200).Member("state"));
        (await server.Send("PATCH", "jobs/a/retry")).Expect(200);
        Assert.AreEqual("waiting", await State(server, "b"));
    }

    [TestMethod]
    public async Task A_retry_of_one_that_had_finished_waits_for_dependencies_that_are_not_finished_any_more()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")}]")).Expect(200);
        await Finish(server, "a");
        await Finish(server, "b");
        Assert.AreEqual("queued", (await server.Send("PATCH", "jobs/b/retry")).Expect(200).Member("state"));
        await Finish(server, "b");
        (await server.Send("PATCH", "jobs/a/retry")).Expect(200);
        Assert.AreEqual("finished", await State(server, "b"), "what has ended is not woken");
        Assert.AreEqual("waiting", (await server.Send("PATCH", "jobs/b/retry")).Expect(200).Member("state"));
    }

    [TestMethod]
    [DataRow("{\"uid\":\"x\",\"template\":TEMPLATE,\"dependsOn\":[\"nobody\"]}", "job dependsOn names nobody, and there is no such job")]
    [DataRow("{\"uid\":\"x\",\"template\":TEMPLATE,\"dependsOn\":[1]}", "job dependsOn must be an array of uids")]
    [DataRow("{\"uid\":\"x\",\"template\":TEMPLATE,\"dependsOn\":[\"x\"]}", "job dependsOn is a cycle")]
    [DataRow("{\"uid\":\"x\",\"template\":TEMPLATE,\"dependsOn\":[\"#1\"]}", "job dependsOn names #1, and the submission has no such job")]
    [DataRow(
        "[{\"template\":TEMPLATE,\"dependsOn\":[\"#1\"]},{\"template\":TEMPLATE,\"dependsOn\":[\"#0\"]}]",
        "job 0: job dependsOn is a cycle")]
    [DataRow("[{\"template\":TEMPLATE},{\"template\":TEMPLATE,\"dependsOn\":[\"#2\"]}]", "job 1: job dependsOn names #2")]
    public async Task Unknown_uids_and_cycles_are_refused(string body, string message)
    {
        await using var server = await TestServer.Start();
        (await server.Post(body.Replace("TEMPLATE", Some.Template))).Expect(400, message);
        Assert.AreEqual("[]", (await server.Get("jobs")).Text);
    }

    [TestMethod]
    public async Task A_job_that_takes_the_place_of_another_cannot_close_a_cycle()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")},{Depending("c", "b")}]")).Expect(200);
        (await server.Send("PATCH", "jobs/a/cancel")).Expect(200);
        (await server.Post(Depending("a", "c"))).Expect(400, "job dependsOn is a cycle");
        Assert.AreEqual("a b c", (await server.Get("jobs")).Uids);
    }

    [TestMethod]
    public async Task In_a_batch_a_job_is_refused_with_the_one_that_it_depends_on()
    {
        await using var server = await TestServer.Start();
        var body = $$"""{"jobs":[{},{{Depending("b", "#0")}},{{Depending("c", "b")}},{{Some.Job("d")}}]}""";
        var answer = (await server.Client.Json("POST", "batches", body)).Expect(200);
        Assert.AreEqual("""[{"index":3,"uid":"d","state":"queued"}]""", answer.Raw("jobs"));
        Assert.Contains("""{"index":2,"error":"job dependsOn names job 1 of the submission, which is not accepted"}""", answer.Text);
    }

    [TestMethod]
    public async Task A_waiting_job_can_be_cancelled_and_removed_but_not_paused_and_its_dependencies_cannot_be_changed()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")},{Depending("c", "b")}]")).Expect(200);
        (await server.Send("PATCH", "jobs/b/pause")).Expect(409);
        (await server.Put("jobs/b", """{"dependsOn":[]}""")).Expect(400, "job dependsOn cannot be changed");
        (await server.Put("jobs/b", """{"dependsOn":[ "a" ],"note":1}""")).Expect(200);
        (await server.Send("PATCH", "jobs/b/cancel")).Expect(200);
        Assert.AreEqual("queued error error", await States(server));
        (await server.Send("PATCH", "jobs/b/retry")).Expect(200);
        Assert.AreEqual("queued waiting waiting", await States(server));
        (await server.Delete("jobs/b")).Expect(200);
        Assert.AreEqual("queued error", await States(server));
        await Finish(server, "a");
    }

    [TestMethod]
    public async Task A_report_about_a_waiting_job_is_refused_or_ignored()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")}]")).Expect(200);
        var before = (await server.Get("jobs/b")).Text;
        const string token = "\"startedAt\":\"2026-11-23T20:04:22.947Z\"";
        (await server.Put("jobs/b", $$"""{"state":"started",{{token}},"template":{{Some.Template}}}""")).Expect(409, "job b is waiting");
        foreach (var state in new[] { "render:dorender", "finished", "error", "queued" })
            (await server.Put("jobs/b", $$"""{"state":"{{state}}",{{token}}}""")).Expect(200, "\"state\":\"waiting\"");
        Assert.AreEqual(before, (await server.Get("jobs/b")).Text);
    }

    [TestMethod]
    public async Task An_edit_may_queue_a_waiting_job()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")}]")).Expect(200);
        (await server.Put("jobs/b", """{"state":"queued"}""")).Expect(200);
        (await server.Delete("jobs/a")).Expect(200);
        Assert.AreEqual("b", (await server.Get("jobs/pickup")).Member("uid"));
    }

    [TestMethod]
    public async Task A_member_of_that_name_that_is_no_array_is_kept()
    {
        await using var server = await TestServer.Start();
        var stored = (await server.Post(Some.Job("a", members: "\"dependsOn\":\"the weather\""))).Expect(200);
        Assert.AreEqual("the weather", stored.Member("dependsOn"));
        Assert.AreEqual("queued", stored.Member("state"));
    }

    [TestMethod]
    public async Task An_action_on_many_jobs_has_the_same_consequences()
    {
        await using var server = await TestServer.Start();
        (await server.Post($"[{Some.Job("a")},{Depending("b", "a")},{Depending("c", "b")}]")).Expect(200);
        (await server.Client.Json("PATCH", "jobs/cancel", """{"jobs":["a"]}""")).Expect(200, "\"changed\":1");
        Assert.AreEqual("error error error", await States(server));
        (await server.Send("PATCH", "jobs/retry?all=true")).Expect(200, "\"changed\":3");
        Assert.AreEqual("queued waiting waiting", await States(server));
        await server.Restart();
        Assert.AreEqual("queued waiting waiting", await States(server));
    }

    private static string Depending(string uid, params string[] on) =>
        Some.Job(uid, members: $"\"dependsOn\":[{string.Join(',', on.Select(Some.Quoted))}]");

    private static async Task Finish(TestServer server, string uid) =>
        (await server.Put($"jobs/{uid}", """{"state":"finished"}""")).Expect(200);

    private static async Task<string> State(TestServer server, string uid) => (await server.Get($"jobs/{uid}")).Expect(200).Member("state");

    private static async Task<string> States(TestServer server) =>
        string.Join(' ', (await server.Get("jobs")).Json.EnumerateArray().Select(job => job.GetProperty("state").GetString()));
}
