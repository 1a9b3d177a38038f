using System.Text;
using NexRender.Listener.Http.Relay;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;
using NexRender.Listener.Tests.Watch;

namespace NexRender.Listener.Tests.Redis;

/// <summary>A standby whose leader is unknown, dead, silent or not one, and clients that go away.</summary>
[TestClass]
public sealed class RelayFaultTests
{
    [TestMethod]
    public async Task Without_a_leader_requests_are_503()
    {
        await using var standby = await Standby.Start(() => null);
        var answer = (await standby.Post(Some.Job("a"))).Expect(503, "no server leads");
        Assert.AreEqual("1", answer.Header("Retry-After"));
        (await standby.Get("health/ready")).Expect(503, "no server leads");
        (await standby.Get("health")).Expect(200);
    }

    [TestMethod]
    public async Task A_leader_that_refuses_connections_is_503()
    {
        var port = Ports.Free();
        await using var standby = await Standby.Start(port);
        (await standby.Post(Some.Job("a"))).Expect(503, $"the leader http://127.0.0.1:{port} cannot be reached");
    }

    [TestMethod]
    public async Task Standbys_that_take_each_other_for_the_leader_are_503()
    {
        Standby? other = null;
        await using var standby = await Standby.Start(() => other is null ? null : At(other.Port));
        await using var second = other = await Standby.Start(standby.Port);
        (await standby.Get("jobs")).Expect(503, "stands by too");
        await using var self = await Standby.Start(() => other is null ? null : At(other.Port));
        other = self;
        (await self.Get("jobs")).Expect(503, "stands by too");
    }

    [TestMethod]
    public async Task A_request_without_an_answer_is_not_sent_again_and_503_says_that_it_may_have_been_carried_out()
    {
        using var leader = new ScriptedLeader(request => request.StartsWith("GET", StringComparison.Ordinal) ? ScriptedLeader.Ok() : null);
        await using var standby = await Standby.Start(leader.Port);
        // The connection is used again.
        (await standby.Get("jobs")).Expect(200);
        (await standby.Post(Some.Job("a"))).Expect(503, "no answer of the leader", "the request may have been carried out");
        Assert.HasCount(1, leader.Requests.Where(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_pickup_without_an_answer_is_not_sent_again()
    {
        using var leader = new ScriptedLeader(request => request.Contains("/pickup") ? null : ScriptedLeader.Ok());
        await using var standby = await Standby.Start(leader.Port);
        (await standby.Get("jobs")).Expect(200);
        (await standby.Get("jobs/pickup")).Expect(503, "the request may have been carried out");
        Assert.HasCount(2, leader.Requests);
    }

    [TestMethod]
    public async Task A_report_without_an_answer_is_503_and_can_be_repeated()
    {
        using var leader = new ScriptedLeader(_ => null);
        await using var standby = await Standby.Start(leader.Port);
        var answer = (await standby.Client.Json("PUT", "jobs/a", Some.Job("a"))).Expect(503, "no answer of the leader");
        Assert.DoesNotContain("carried out", answer.Text);
        Assert.HasCount(1, leader.Requests);
    }

    [TestMethod]
    public async Task A_read_that_meets_a_connection_which_the_leader_has_closed_is_sent_again()
    {
        var count = 0;
        using var leader = new ScriptedLeader(_ => Interlocked.Increment(ref count) == 2 ? null : ScriptedLeader.Ok($"{count}"));
        await using var standby = await Standby.Start(leader.Port);
        Assert.AreEqual("1", (await standby.Get("jobs")).Expect(200).Text);
        Assert.AreEqual("3", (await standby.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task A_submission_with_an_idempotency_key_is_sent_again_as_it_has_no_effect_twice()
    {
        var count = 0;
        using var leader = new ScriptedLeader(_ => Interlocked.Increment(ref count) == 1 ? null : ScriptedLeader.Ok("{}"));
        await using var standby = await Standby.Start(leader.Port, patience: TimeSpan.FromSeconds(30));
        (await standby.Post(Some.Job("a"), ("Idempotency-Key", "1"))).Expect(200);
        Assert.HasCount(2, leader.Requests);
    }

    [TestMethod]
    public async Task What_was_sent_to_a_leader_that_stands_still_ends_when_another_one_leads()
    {
        using var still = new ScriptedLeader(_ => "");
        using var next = new ScriptedLeader(_ => ScriptedLeader.Ok("{}"));
        var leader = still;
        await using var standby = await Standby.Start(() => At(leader.Port), patience: TimeSpan.FromSeconds(30));
        var (read, posted) = (standby.Get("jobs/a"), standby.Post(Some.Job("a")));
        await Eventually.True(() => still.Requests.Length == 2, "both requests came");
        leader = next;
        (await standby.Get("jobs")).Expect(200);
        (await read).Expect(200);
        (await posted).Expect(503, "is no longer the leader", "the request may have been carried out");
        Assert.IsFalse(next.Requests.Any(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_request_waits_until_there_is_a_leader()
    {
        await using var leader = await TestServer.Start();
        LeaderAddress? known = null;
        await using var standby = await Standby.Start(() => known, patience: TimeSpan.FromSeconds(30));
        var posted = standby.Post(Some.Job("a"));
        var listed = standby.Get("jobs/a");
        known = At(Ports.Free());
        (await standby.Get("health/ready")).Expect(503);
        Assert.IsFalse(posted.IsCompleted);
        known = At(leader.Port);
        (await posted).Expect(200);
        await listed;
    }

    [TestMethod]
    public async Task A_request_that_waits_for_a_leader_is_answered_by_the_server_itself_once_that_leads()
    {
        await using var standby = await Standby.Start(() => null, patience: TimeSpan.FromMinutes(1));
        var posted = standby.Post(Some.Job("a"));
        (await standby.Get("health/ready")).Expect(503);
        Assert.IsFalse(posted.IsCompleted);
        standby.Lead();
        (await posted).Expect(200);
        (await standby.Get("jobs/a")).Expect(200);
    }

    [TestMethod]
    public async Task A_request_that_waits_for_a_leader_is_503_at_a_stop()
    {
        await using var standby = await Standby.Start(() => null, patience: TimeSpan.FromMinutes(1));
        var posted = standby.Post(Some.Job("a"));
        (await standby.Get("health/ready")).Expect(503);
        await standby.Stop();
        (await posted).Expect(503, "the server is stopping");
    }

    [TestMethod]
    public async Task A_silent_leader_is_503_after_the_limit()
    {
        using var leader = new ScriptedLeader(_ => "");
        await using var standby = await Standby.Start(leader.Port, TimeSpan.FromMilliseconds(200));
        (await standby.Get("jobs")).Expect(503, "in time");
    }

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK\r\n\r\nno length")]
    [DataRow("SSH-2.0-OpenSSH_9.6\r\n\r\n")]
    [DataRow("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")]
    public async Task An_answer_that_is_not_whole_is_503(string answer)
    {
        using var leader = new ScriptedLeader(_ => answer);
        await using var standby = await Standby.Start(leader.Port, TimeSpan.FromMilliseconds(500));
        (await standby.Get("jobs")).Expect(503);
    }

    [TestMethod]
    [DataRow("Content-Length: 1000000")]
    [DataRow("Transfer-Encoding: chunked")]
    public async Task A_client_does_not_get_a_part_of_a_long_answer_as_the_whole(string framing)
    {
        if (Executable.IsDirect) return;
        var part = framing.StartsWith('C') ? new string('x', 500_000) : $"7A120\r\n{new string('x', 500_000)}\r\n";
        using var leader = new ScriptedLeader(_ => $"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{part}");
        await using var standby = await Standby.Start(leader.Port, TimeSpan.FromMilliseconds(500));
        var reading = standby.Get("jobs");
        // Both are how a leader ends that is killed: its connections are closed.
        await Eventually.True(() => leader.Requests.Length == 1, "the request came");
        if (framing.StartsWith('T')) standby.Relay.Dispose();
        await Assert.ThrowsAsync<HttpRequestException>(() => reading);
    }

    [TestMethod]
    public async Task A_held_pickup_gets_its_job_through_a_standby()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        var held = standby.Get("jobs/pickup?wait=30", ("nexrender-name", "w"));
        await IsHeld(leader, 1);
        await standby.Post(Some.Job("a"));
        Assert.AreEqual("a", (await held).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_client_that_leaves_its_held_pickup_at_a_standby_swallows_no_job(bool isReset)
    {
        if (Executable.IsDirect) return;
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        using var gone = await standby.Connect();
        await gone.Send("GET /api/v1/jobs/pickup?wait=45 HTTP/1.1\r\nHost: x\r\nnexrender-name: gone\r\n\r\n");
        await IsHeld(leader, 1);
        if (isReset) gone.Reset();
        else gone.HalfClose();
        await IsHeld(leader, 0);
        await leader.Post(Some.Job("a"));
        Assert.AreEqual("a", (await leader.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task A_standby_that_stops_leaves_its_held_pickups()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        var held = standby.Get("jobs/pickup?wait=30");
        await IsHeld(leader, 1);
        await standby.Stop();
        (await held).Expect(503);
        await IsHeld(leader, 0);
    }

    [TestMethod]
    public async Task A_change_of_the_leader_ends_what_is_relayed()
    {
        await using var leader = await TestServer.Start();
        await using var standby = await Standby.Start(leader.Port);
        using var events = await EventReader.Open(standby.Port);
        await events.Expect("hello");
        var held = standby.Get("jobs/pickup?wait=30");
        await IsHeld(leader, 1);
        standby.Lead();
        (await held).Expect(503, "is no longer the leader");
        if (!Executable.IsDirect) await Assert.ThrowsAsync<IOException>(ReadToEnd);

        async Task ReadToEnd()
        {
            while (await events.Next() is not null) { }
        }
    }

    [TestMethod]
    public async Task What_is_about_a_connection_is_not_relayed_and_the_rest_is()
    {
        using var leader = new ScriptedLeader(_ => ScriptedLeader.Ok("{}"));
        await using var standby = await Standby.Start(leader.Port);
        using var client = await standby.Connect();
        await client.Send(Encoding.UTF8.GetString(
            "POST /api/v1/jobs?a=%2F HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nnexrender-name: wörker\r\n"u8));
        await client.Send("TE: trailers\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        (await client.ReadResponse()).Expect(200);
        var request = leader.Requests[0];
        Assert.StartsWith($"POST /api/v1/jobs?a=%2F HTTP/1.1\r\nHost: 127.0.0.1:{leader.Port}\r\nContent-Length: 2\r\n", request);
        Assert.Contains("nexrender-name: wörker\r\n", request);
        Assert.Contains("X-Forwarded-For: 127.0.0.1\r\n", request);
        Assert.Contains($"nexrender-relay: {Standby.Token} wait 127.0.0.1\r\n", request);
        Assert.EndsWith("\r\n\r\n{}", request);
        foreach (var dropped in new[] { "Connection", "TE:", "chunked", "nexrender-gate" }) Assert.DoesNotContain(dropped, request);
    }

    private static LeaderAddress At(int port) => new(new Uri($"http://127.0.0.1:{port}"), Standby.Token);

    private static Task IsHeld(TestServer leader, int count) => Eventually.True(
        async () => (await leader.Get("stats")).Json.GetProperty("heldPickups").GetInt32() == count, $"{count} pickups are held");
}
