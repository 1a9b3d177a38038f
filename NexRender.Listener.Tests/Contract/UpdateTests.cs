using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Contract;

/// <summary>The effect of an update on a job.</summary>
[TestClass]
public sealed class UpdateTests
{
    [TestMethod]
    public async Task Members_are_replaced_in_place_and_new_ones_appended()
    {
        await using var server = await TestServer.Start();
        var before = (await server.Post(Some.Job("a", members: "\"one\":1,\"two\":2"))).Expect(200);
        var after = (await server.Put("jobs/a", """{"three":3,"one":"changed","output":"o"}""")).Expect(200);
        Assert.AreEqual(before.Names + " three", after.Names);
        Assert.AreEqual("changed", after.Member("one"));
        Assert.AreEqual("2", after.Member("two"));
        Assert.AreEqual("o", after.Member("output"));
        Assert.AreEqual(before.Member("createdAt"), after.Member("createdAt"));
        Assert.AreEqual(after.Text, (await server.Get("jobs/a")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("timings", "{\"download\":1,\"render\":2}", "{\"render\":3}")]
    [DataRow("list", "[1,2,3]", "[4]")]
    [DataRow("list", "[1,2,3]", "[]")]
    [DataRow("value", "{\"a\":1}", "null")]
    [DataRow("value", "{\"a\":1}", "7")]
    [DataRow("value", "null", "{}")]
    public async Task A_value_is_replaced_as_a_whole(string name, string before, string after)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", members: $"\"{name}\":{before}"))).Expect(200);
        Assert.AreEqual(after, (await server.Put("jobs/a", $"{{\"{name}\":{after}}}")).Expect(200).Raw(name));
    }

    [TestMethod]
    public async Task The_server_sets_updatedAt()
    {
        await using var server = await TestServer.Start();
        var before = (await server.Post(Some.Job("a"))).Expect(200);
        var after = (await server.Put("jobs/a", """{"updatedAt":"1999-01-01T00:00:00.000Z"}""")).Expect(200);
        Assert.IsGreaterThanOrEqualTo(0, string.CompareOrdinal(after.Member("updatedAt"), before.Member("updatedAt")));
        Assert.AreEqual(before.Names, after.Names);
    }

    [TestMethod]
    public async Task An_empty_update_changes_only_updatedAt()
    {
        await using var server = await TestServer.Start();
        var before = (await server.Post(Some.FullJob("a"))).Expect(200);
        var after = (await server.Put("jobs/a", "{}")).Expect(200);
        string UpdatedAt(Answer job) => $"\"updatedAt\":\"{job.Member("updatedAt")}\"";
        Assert.AreEqual(before.Text, after.Text.Replace(UpdatedAt(after), UpdatedAt(before)));
    }

    [TestMethod]
    public async Task The_whole_job_sent_back_stays_as_it_is()
    {
        await using var server = await TestServer.Start();
        var before = (await server.Post(Some.FullJob("a"))).Expect(200);
        var after = (await server.Put("jobs/a", before.Text)).Expect(200);
        Assert.AreEqual(before.Names, after.Names);
        Assert.AreEqual(before.Raw("assets"), after.Raw("assets"));
        Assert.AreEqual(before.Raw("owner"), after.Raw("owner"));
    }

    [TestMethod]
    [DataRow("started")]
    [DataRow("render:dorender")]
    [DataRow("finished")]
    [DataRow("a state of its own")]
    public async Task Any_state_is_kept(string state)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Get("jobs/pickup")).Expect(200);
        Assert.AreEqual(state, (await server.Put("jobs/a", $$"""{"state":"{{state}}"}""")).Expect(200).Member("state"));
        Assert.AreEqual(state, (await server.Get("jobs/a/status")).Expect(200).Member("state"));
    }

    [TestMethod]
    public async Task The_keys_of_a_workers_status_object_become_keys_of_the_job()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", tags: ""))).Expect(200);
        var picked = (await server.Get("jobs/pickup", ("nexrender-name", "w"))).Expect(200);
        const string startedAt = "2026-11-20T08:15:30.250Z";
        (await server.Put("jobs/a", picked.Text[..^1].Replace("picked", "started") + $",\"startedAt\":\"{startedAt}\"}}")).Expect(200);
        var job = (await server.Put("jobs/a", $$$"""
            {"uid":"a","state":"render:dorender","type":"default","tags":null,"renderProgress":5,"error":null,
            "createdAt":"{{{picked.Member("createdAt")}}}","updatedAt":"{{{picked.Member("updatedAt")}}}","startedAt":"{{{startedAt}}}",
            "finishedAt":null,"errorAt":null,"jobCreator":"127.0.0.1","jobExecutor":"w","timings":{}}
            """)).Expect(200);
        Assert.AreEqual("w", job.Member("jobExecutor"));
        Assert.AreEqual("127.0.0.1", job.Member("jobCreator"));
        Assert.AreEqual("null", job.Raw("tags"));
        Assert.AreEqual("5", job.Raw("renderProgress"));
        Assert.AreEqual(Some.Template, job.Raw("template"));
    }

    [TestMethod]
    public async Task A_job_set_to_queued_takes_its_old_place()
    {
        await using var server = await TestServer.Start();
        foreach (var uid in new[] { "a", "b", "c" }) (await server.Post(Some.Job(uid))).Expect(200);
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
        (await server.Put("jobs/a", """{"state":"queued"}""")).Expect(200);
        Assert.AreEqual("a b c", (await server.Get("jobs")).Expect(200).Uids);
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
        Assert.AreEqual("b", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task New_tags_apply_from_the_next_pickup()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a", tags: "old"))).Expect(200);
        (await server.Put("jobs/a", """{"tags":"new"}""")).Expect(200);
        Assert.AreEqual("{}", (await server.Get("jobs/pickup/old")).Expect(200).Text);
        Assert.AreEqual("a", (await server.Get("jobs/pickup/new")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task An_unknown_job_answers_404()
    {
        await using var server = await TestServer.Start();
        (await server.Put("jobs/a", """{"state":"finished"}""")).Expect(404, "job not found: a");
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    [DataRow("{\"uid\":\"b\"}")]
    [DataRow("{\"uid\":\"A\"}")]
    [DataRow("{\"uid\":\"\"}")]
    [DataRow("{\"uid\":null}")]
    [DataRow("{\"uid\":1}")]
    public async Task Another_uid_in_the_body_answers_400_and_changes_nothing(string body)
    {
        await using var server = await TestServer.Start();
        var job = (await server.Post(Some.Job("a"))).Expect(200);
        (await server.Put("jobs/a", body)).Expect(400, "uid");
        Assert.AreEqual($"[{job.Text}]", (await server.Get("jobs")).Expect(200).Text);
    }
}
