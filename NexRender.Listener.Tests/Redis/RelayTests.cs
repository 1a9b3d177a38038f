using System.Text;
using NexRender.Listener.Http;
using NexRender.Listener.Tests.Life;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;
using NexRender.Listener.Tests.Watch;

namespace NexRender.Listener.Tests.Redis;

/// <summary>A standby gives the answers of the leader.</summary>
[TestClass]
public sealed class RelayTests
{
    [TestMethod]
    public async Task A_job_goes_its_whole_way_through_a_standby()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        (await standby.Post(Some.Job("a", tags: "gpu"))).Expect(200);
        Assert.AreEqual("a", (await leader.Get("jobs/a")).Expect(200).Member("uid"));
        var worker = await new Worker(() => standby.Client, "w").Take("a", "/gpu");
        (await worker.Start()).Expect(200);
        Assert.AreEqual("started w", string.Join(' ', await Member("state"), await Member("executor")));
        (await standby.Client.Send("PATCH", "jobs/a/cancel")).Expect(200);
        (await standby.Client.Send("DELETE", "jobs/a")).Expect(200);
        (await leader.Get("jobs/a")).Expect(404);

        async Task<string> Member(string name) => (await leader.Get("jobs/a")).Member(name);
    }

    [TestMethod]
    [DataRow("GET", "jobs")]
    [DataRow("GET", "jobs?fields=uid&limit=1")]
    [DataRow("GET", "jobs/a")]
    [DataRow("HEAD", "jobs/a")]
    [DataRow("HEAD", "jobs")]
    [DataRow("GET", "jobs/none")]
    [DataRow("GET", "jobs/gr%C3%BC%C3%9Fe")]
    [DataRow("GET", "jobs?limit=x")]
    [DataRow("GET", "nowhere")]
    [DataRow("POST", "queue")]
    [DataRow("OPTIONS", "jobs")]
    [DataRow("GET", "export")]
    [DataRow("GET", "jobs/pickup/none")]
    [DataRow("GET", "openapi.json")]
    [DataRow("GET", "/")]
    [DataRow("GET", "jobs/a/wait?timeout=0")]
    public async Task An_answer_of_a_standby_is_that_of_the_leader(string method, string path)
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        await leader.Post(Some.FullJob("a"));
        await leader.Post(Some.Job("grüße"));
        var expected = await leader.Send(method, path);
        var answer = await standby.Client.Send(method, path);
        Assert.AreEqual(expected.Status, answer.Status);
        Assert.AreEqual(expected.Text, answer.Text);
        Assert.AreEqual(Headers(expected), Headers(answer));

        static string Headers(Answer answer) => string.Join('\n', answer.Headers.Where(header => header.Key != "Date").Select(
            header => $"{header.Key}: {header.Value}").Order());
    }

    [TestMethod]
    public async Task A_list_that_has_not_changed_is_304_through_a_standby()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        await leader.Post(Some.Job("a"));
        var tag = (await standby.Get("jobs")).Header("ETag")!;
        (await standby.Get("jobs", ("If-None-Match", tag))).Expect(304);
    }

    [TestMethod]
    public async Task Large_bodies_are_relayed_in_both_directions()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        var job = Some.Job("a", members: $"\"note\":\"{new string('x', 5_000_000)}\"");
        (await standby.Post(job)).Expect(200);
        Assert.AreEqual((await leader.Get("jobs")).Text, (await standby.Get("jobs")).Text);
        var zipped = (await standby.Get("jobs", ("Accept-Encoding", "gzip"))).Expect(200);
        Assert.AreEqual("gzip", zipped.Header("Content-Encoding"));
        Assert.AreSequenceEqual((await leader.Get("jobs", ("Accept-Encoding", "gzip"))).Body, zipped.Body);
    }

    [TestMethod]
    public async Task A_body_in_another_charset_is_relayed_as_it_is()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        var job = Encoding.Latin1.GetBytes(Some.Job("a", members: "\"note\":\"Grüße\""));
        (await standby.Client.Send("POST", "jobs", job, ("Content-Type", "application/json; charset=latin1"))).Expect(200);
        Assert.AreEqual("Grüße", (await leader.Get("jobs/a")).Member("note"));
    }

    [TestMethod]
    public async Task Secrets_count_through_a_standby_as_at_the_leader()
    {
        var secrets = new ListenerOptions { Secret = "full", ReadSecret = "read" };
        await using var leader = await TestServer.Start(secrets);
        await using var standby = await Standby.Start(
            () => new(new Uri($"http://127.0.0.1:{leader.Port}"), Standby.Token), options: secrets);
        (await standby.Post(Some.Job("a"))).Expect(403);
        (await standby.Post(Some.Job("a"), ("nexrender-secret", "read"))).Expect(403);
        (await standby.Post(Some.Job("a"), ("nexrender-secret", "full"))).Expect(200);
        (await standby.Get("jobs/a", ("nexrender-secret", "read"))).Expect(200);
    }

    [TestMethod]
    public async Task Events_come_through_a_standby_as_they_happen()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        using var events = await EventReader.Open(standby.Port);
        await events.Expect("hello");
        await leader.Post(Some.Job("a"));
        Assert.AreEqual("a", (await events.Expect("job.created")).GetProperty("uid").GetString());
        await standby.Post(Some.Job("b"));
        Assert.AreEqual("b", (await events.Expect("job.created")).GetProperty("uid").GetString());
    }

    [TestMethod]
    public async Task Many_clients_at_once_get_their_own_answers()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (i, _) =>
        {
            (await standby.Post(Some.Job($"job{i}"))).Expect(200);
            Assert.AreEqual($"job{i}", (await standby.Get($"jobs/job{i}")).Expect(200).Member("uid"));
        });
        Assert.AreEqual(300, (await leader.Get("jobs?fields=uid&limit=1000")).Json.GetArrayLength());
    }

    [TestMethod]
    public async Task A_worker_without_a_name_is_known_by_its_own_address()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        await leader.Post(Some.Job("a"));
        await leader.Post(Some.Job("b"));
        Assert.AreEqual("127.0.0.1", (await standby.Get("jobs/pickup")).Member("executor"));
        Assert.AreEqual("10.1.2.3", (await standby.Get("jobs/pickup", ("X-Forwarded-For", "10.1.2.3"))).Member("executor"));
    }

    [TestMethod]
    public async Task The_address_of_a_client_is_believed_to_servers_of_the_farm_only()
    {
        // In this process, because its token is set.
        await using var leader = await TestServer.Start(new ListenerOptions { Limits = new HttpLimits { MaxRequestTargetLength = 8191 } });
        leader.Requests.RelayToken = new Secret(Standby.Token);
        await leader.Post(Some.Job("a"));
        await leader.Post(Some.Job("b"));
        var stranger = await leader.Get("jobs/pickup", ("nexrender-relay", "0123456789abcdeX wait 10.1.2.3"));
        Assert.AreEqual("127.0.0.1", stranger.Member("executor"));
        var server = await leader.Get("jobs/pickup", ("nexrender-relay", $"{Standby.Token} wait 10.1.2.3"));
        Assert.AreEqual("10.1.2.3", server.Member("executor"));
    }

    [TestMethod]
    public async Task A_standby_that_leads_answers_for_itself()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        await standby.Post(Some.Job("a"));
        standby.Lead();
        (await standby.Get("jobs/a")).Expect(404);
        (await standby.Get("health/ready")).Expect(200);
        await standby.Post(Some.Job("b"));
        (await leader.Get("jobs/b")).Expect(404);
    }

    [TestMethod]
    public async Task A_standby_is_alive_but_not_ready_and_names_the_leader()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        (await standby.Get("health")).Expect(200, "ok");
        (await standby.Get("health/ready")).Expect(503, $"http://127.0.0.1:{leader.Port} leads");
    }

    [TestMethod]
    public async Task The_numbers_count_relayed_requests_at_the_leader()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        await standby.Post(Some.Job("a"));
        // Changes are counted after their answer.
        await Eventually.True(
            async () => (await standby.Get("metrics")).Expect(200).Text.Contains("nexrender_jobs{state=\"queued\"} 1"), "it is counted");
    }
}
