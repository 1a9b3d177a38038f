using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Many;

/// <summary>POST /jobs with an array.</summary>
[TestClass]
public sealed class ArrayTests
{
    [TestMethod]
    public async Task An_array_is_stored_in_its_order_and_answered_with_the_stored_jobs()
    {
        await using var server = await TestServer.Start();
        var answer = (await server.Post($"[{Some.Job("b")}, {Some.Job("a", state: "finished")},{Some.Job()}]")).Expect(200);
        Assert.AreEqual(3, answer.Json.GetArrayLength());
        Assert.AreEqual(answer.Text, (await server.Get("jobs")).Expect(200).Text);
        Assert.StartsWith("b a ", answer.Uids);
        Assert.AreEqual("queued", answer.Json[1].GetProperty("state").GetString());
        await server.Restart();
        Assert.AreEqual(answer.Text, (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("[]", 400, "there is no job in the request")]
    [DataRow("[JOB,1]", 400, "job 1: a job must be a JSON object")]
    [DataRow("[JOB,{}]", 400, "job 1: job must have template object defined")]
    [DataRow("[{\"uid\":\"a/b\",\"template\":TEMPLATE},{}]", 400, "job 0: job uid must not contain /")]
    [DataRow("[{\"uid\":\"a\",\"template\":TEMPLATE},{\"uid\":\"a\",\"template\":TEMPLATE}]", 400, "job 1: job uid a is that of job 0")]
    [DataRow("[JOB,{\"uid\":\"there\",\"template\":TEMPLATE}]", 409, "job 1: job there exists already and is queued")]
    [DataRow("[JOB,{]", 400, "Invalid JSON: line 1, column")]
    [DataRow("[JOB,", 400, "Invalid JSON: line 1, column")]
    [DataRow("[JOB] 1", 400, "Invalid JSON: line 1, column")]
    public async Task The_first_fault_is_named_by_its_index_and_nothing_is_stored(string body, int status, string message)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("there"))).Expect(200);
        var sent = body.Replace("JOB", Some.Job()).Replace("TEMPLATE", Some.Template);
        (await server.Post(sent)).Expect(status, message);
        (await server.Post(sent, ("X-Nothing", "1"))).Expect(status, message);
        Assert.AreEqual("there", (await server.Get("jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task More_than_10_000_jobs_are_refused_and_10_000_are_stored()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Array(10_001))).Expect(400, "at most 10000 jobs");
        Assert.AreEqual(10_000, (await server.Post(Array(10_000))).Expect(200).Json.GetArrayLength());
        await server.Restart();
        Assert.AreEqual(10_000, (await server.Get("jobs")).Expect(200).Json.GetArrayLength());
        static string Array(int count) => $"[{string.Join(',', Enumerable.Range(0, count).Select(n => Some.Job($"job{n}")))}]";
    }

    [TestMethod]
    public async Task Jobs_that_have_ended_are_replaced()
    {
        await using var server = await TestServer.Start();
        foreach (var uid in new[] { "a", "b" }) (await server.Post(Some.Job(uid))).Expect(200);
        (await server.Send("PATCH", "jobs/a/cancel")).Expect(200);
        (await server.Post($"[{Some.Job("c")},{Some.Job("a")}]")).Expect(200);
        Assert.AreEqual("b c a", (await server.Get("jobs")).Expect(200).Uids);
        Assert.AreEqual("queued", (await server.Get("jobs/a")).Expect(200).Member("state"));
    }

    [TestMethod]
    public async Task A_dry_run_says_what_would_be_stored_and_stores_nothing()
    {
        await using var server = await TestServer.Start();
        var array = $"[{Some.Job("a")},{Some.Job("b")}]";
        Assert.AreEqual("a b", (await server.Client.Json("POST", "jobs?dryRun=true", array)).Expect(200).Uids);
        Assert.AreEqual("a", (await server.Client.Json("POST", "jobs?dryRun=true", Some.Job("a"))).Expect(200).Member("uid"));
        (await server.Client.Json("POST", "jobs?dryRun=true", "{}")).Expect(400, "job must have template object defined");
        (await server.Client.Json("POST", "jobs?dryRun=perhaps", Some.Job("a"))).Expect(400, "dryRun must be true or false");
        Assert.AreEqual("[]", (await server.Get("jobs")).Text);
        (await server.Client.Json("POST", "jobs?dryRun=false", Some.Job("a"))).Expect(200);
        (await server.Client.Json("POST", "jobs?dryRun", Some.Job("a"))).Expect(409);
        Assert.AreEqual("a", (await server.Get("jobs")).Uids);
    }
}
