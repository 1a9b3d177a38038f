using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>The job that a worker gets, and its next version.</summary>
[TestClass]
public sealed class PickupTests
{
    [TestMethod]
    public async Task Without_a_queued_job_the_answer_is_an_empty_object()
    {
        await using var server = await TestServer.Start();
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Expect(200).Text);
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Put("jobs/a", """{"state":"error"}""")).Expect(200);
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_picked_job_is_the_stored_one()
    {
        await using var server = await TestServer.Start();
        var created = (await server.Post(Some.FullJob("a"))).Expect(200);
        var picked = (await server.Get("jobs/pickup")).Expect(200);
        Assert.AreEqual("picked", picked.Member("state"));
        Assert.AreEqual(created.Names + " executor", picked.Names);
        Assert.AreEqual(created.Raw("assets"), picked.Raw("assets"));
        Assert.AreEqual(created.Member("createdAt"), picked.Member("createdAt"));
        Assert.IsGreaterThanOrEqualTo(0, string.CompareOrdinal(picked.Member("updatedAt"), created.Member("updatedAt")));
        Assert.AreEqual(picked.Text, (await server.Get("jobs/a")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_picked_job_is_not_picked_again()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", tags: "t"))).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200, "\"a\"");
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Expect(200).Text);
        Assert.AreEqual("{}", (await server.Get("jobs/pickup/t")).Expect(200).Text);
        await server.Restart();
        Assert.AreEqual("{}", (await server.Get("jobs/pickup")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_executor_is_the_worker_s_name_then_whom_a_proxy_forwards_for_then_the_address()
    {
        await using var server = await TestServer.Start();
        var (name, proxy) = (("nexrender-name", "render-1"), ("x-forwarded-for", "10.1.2.3"));
        Assert.AreEqual("render-1", await PickedBy(server, name, proxy));
        Assert.AreEqual("render-1", await PickedBy(server, name));
        Assert.AreEqual("10.1.2.3", await PickedBy(server, proxy));
        Assert.AreEqual("127.0.0.1", await PickedBy(server));
    }

    [TestMethod]
    [DataRow(JobOrdering.OldestFirst, "a b c d e")]
    [DataRow(JobOrdering.NewestFirst, "e d c b a")]
    [DataRow(JobOrdering.Priority, "b d c a e")]
    public async Task Jobs_come_in_the_order_that_was_chosen(JobOrdering ordering, string expected)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = ordering });
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Post(Some.Job("b", priority: 9))).Expect(200);
        (await server.Post(Some.Job("c", priority: 5.5))).Expect(200);
        (await server.Post(Some.Job("d", priority: 9))).Expect(200);
        (await server.Post(Some.Job("e", priority: -1))).Expect(200);
        Assert.AreEqual(expected, await PickAll(server, "jobs/pickup"));
    }

    [TestMethod]
    public async Task In_random_order_every_job_is_first_at_times()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = JobOrdering.Random });
        string[] uids = ["a", "b", "c"];
        foreach (var uid in uids) (await server.Post(Some.Job(uid))).Expect(200);
        var counts = uids.ToDictionary(uid => uid, _ => 0);
        for (var i = 0; i < 300; i++)
        {
            var uid = (await server.Get("jobs/pickup")).Expect(200).Member("uid");
            counts[uid]++;
            (await server.Put($"jobs/{uid}", """{"state":"queued"}""")).Expect(200);
        }

        // A hundred each; fewer than 50 come about once in ten thousand million times.
        foreach (var (uid, count) in counts) Assert.IsGreaterThan(50, count, $"{uid} was picked {count} times of 300.");
    }

    [TestMethod]
    [DataRow("5", "\"10\"", "b")]
    [DataRow("5", "\" 5.5 \"", "b")]
    [DataRow("5", "\"high\"", "a")]
    [DataRow("-1", "\"high\"", "b")]
    [DataRow("0", "null", "a")]
    [DataRow("-1", "null", "b")]
    [DataRow("-1", "{}", "b")]
    [DataRow("-1", "[]", "b")]
    [DataRow("0.1", "1e-1", "a")]
    [DataRow("1e3", "1000.5", "b")]
    [DataRow("9007199254740991", "1e300", "b")]
    [DataRow("-5", "-6", "a")]
    public async Task The_higher_priority_comes_first(string a, string b, string first)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = JobOrdering.Priority });
        (await server.Post(Some.Job("a", members: $"\"priority\":{a}"))).Expect(200);
        (await server.Post(Some.Job("b", members: $"\"priority\":{b}"))).Expect(200);
        Assert.AreEqual(first, (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow("gpu", "gpu both spaced")]
    [DataRow("fast", "fast both")]
    [DataRow("fast,gpu", "gpu fast both spaced")]
    [DataRow("gpu,gpu", "gpu both spaced")]
    [DataRow("slow,%20gpu%20", "gpu both spaced")]
    [DataRow("big%20one", "spaced")]
    [DataRow("fast%2Cbig%20one", "fast both spaced")]
    [DataRow("slow", "")]
    [DataRow("GPU", "")]
    [DataRow("gp", "")]
    [DataRow("gpu2", "")]
    [DataRow("big", "")]
    [DataRow("none,gpu", "gpu both spaced")]
    public async Task One_tag_in_common_is_enough(string asked, string expected)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("none"))).Expect(200);
        (await server.Post(Some.Job("gpu", tags: "gpu"))).Expect(200);
        (await server.Post(Some.Job("fast", tags: "fast"))).Expect(200);
        (await server.Post(Some.Job("both", tags: "gpu,fast"))).Expect(200);
        (await server.Post(Some.Job("spaced", tags: " big one , gpu ,"))).Expect(200);
        Assert.AreEqual(expected, await PickAll(server, $"jobs/pickup/{asked}"));
    }

    [TestMethod]
    public async Task A_request_without_tags_takes_any_job()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", tags: "gpu"))).Expect(200);
        (await server.Post(Some.Job("b"))).Expect(200);
        Assert.AreEqual("a b", await PickAll(server, "jobs/pickup"));
    }

    [TestMethod]
    public async Task Tagged_pickups_follow_the_ordering_too()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = JobOrdering.Priority });
        (await server.Post(Some.Job("a", tags: "x", priority: 1))).Expect(200);
        (await server.Post(Some.Job("b", tags: "y", priority: 3))).Expect(200);
        (await server.Post(Some.Job("c", tags: "x,y", priority: 2))).Expect(200);
        (await server.Post(Some.Job("d", tags: "z", priority: 9))).Expect(200);
        Assert.AreEqual("b c a", await PickAll(server, "jobs/pickup/x,y"));
    }

    [TestMethod]
    [DataRow("null")]
    [DataRow("12")]
    public async Task Tags_of_another_type_match_nothing(string tags)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: $"\"tags\":{tags}"))).Expect(200);
        Assert.AreEqual("{}", (await server.Get("jobs/pickup/t,12,null")).Expect(200).Text);
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    private static async Task<string> PickAll(TestServer server, string path)
    {
        var picked = new List<string>();
        while ((await server.Get(path)).Expect(200) is { Text: not "{}" } job) picked.Add(job.Member("uid"));
        return string.Join(' ', picked);
    }

    private static async Task<string> PickedBy(TestServer server, params (string Name, string Value)[] headers)
    {
        (await server.Post(Some.Job())).Expect(200);
        return (await server.Get("jobs/pickup", headers)).Expect(200).Member("executor");
    }
}
