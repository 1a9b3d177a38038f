using System.Security.Cryptography;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>The operator's webhooks, with receivers of all kinds.</summary>
[TestClass]
public sealed class WebhookTests
{
    [TestMethod]
    public async Task The_end_of_a_job_is_posted_to_every_receiver()
    {
        using var one = HookReceiver.Start();
        using var other = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(one, other));
        await Hooked.End(server, "intro", members: "\"output\":\"out.mp4\",\"batchId\":\"b\"");
        var request = await one.Next(200);
        CollectionAssert.AreEqual(request.Body, (await other.Next(204)).Body);
        await Hooked.Counts(server, delivered: 2);
        Assert.AreEqual("POST /hook HTTP/1.1", request.Line);
        Assert.AreEqual($"127.0.0.1:{one.Port}", request.Headers["host"]);
        Assert.AreEqual("application/json; charset=utf-8", request.Headers["content-type"]);
        Assert.StartsWith("nexrender-listener/", request.Headers["user-agent"]);
        Assert.IsFalse(request.Headers.ContainsKey("nexrender-signature"));
        Assert.AreEqual("id event uid state time attempt reason output batchId status", Hooked.Names(request.Json));
        Assert.MatchesRegex("^[0-9a-f]{32}$", request.Text("id"));
        Assert.AreEqual(
            "job.finished intro finished 1  out.mp4 b",
            string.Join(' ', "event uid state attempt reason output batchId".Split(' ').Select(request.Text)));
        Assert.AreEqual((await server.Get("jobs/intro/status")).Text, request.Json.GetProperty("status").GetRawText());
        Assert.AreEqual(request.Json.GetProperty("status").GetProperty("updatedAt").GetString(), request.Text("time"));
    }

    [TestMethod]
    public async Task The_body_is_signed_with_the_secret()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver) with { Secret = " s3cret " });
        (string, string) secret = ("nexrender-secret", "s3cret");
        (await server.Post(Some.Job("a"), secret)).Expect(200);
        (await server.Put("jobs/a", """{"state":"finished"}""", secret)).Expect(200);
        var request = await receiver.Next(200);
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, request.Body));
        Assert.AreEqual($"sha256={expected}", request.Headers["nexrender-signature"]);
    }

    [TestMethod]
    public async Task Errors_and_cancelled_jobs_are_reported_with_their_reason()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver));
        await server.Post(Some.Job("a"));
        (await server.Put("jobs/a", """{"state":"error","error":"no font"}""")).Expect(200);
        var failed = await receiver.Next(200);
        Assert.AreEqual("job.error error no font", $"{failed.Text("event")} {failed.Text("state")} {failed.Text("reason")}");
        await server.Post(Some.Job("b"));
        (await server.Client.Json("PATCH", "jobs/b/cancel", """{"reason":"wrong"}""")).Expect(200);
        var cancelled = await receiver.Next(200);
        Assert.AreEqual("job.cancelled cancelled: wrong", $"{cancelled.Text("event")} {cancelled.Text("reason")}");
    }

    [TestMethod]
    public async Task A_body_beyond_1_MB_comes_without_what_makes_it_long()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver));
        await Hooked.End(server, "a", members: $"\"output\":\"{new string('o', 1 << 20)}\"");
        var request = await receiver.Next(200);
        Assert.AreEqual("id event uid state time attempt truncated", Hooked.Names(request.Json));
        Assert.AreEqual("a", request.Uid);
    }

    [TestMethod]
    public async Task Only_the_chosen_ends_are_reported()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver) with { WebhookStates = ["cancelled"] });
        await Hooked.End(server, "a");
        await Hooked.End(server, "b", "error");
        await server.Post(Some.Job("c"));
        (await server.Send("PATCH", "jobs/c/cancel")).Expect(200);
        Assert.AreEqual("c", (await receiver.Next(200)).Uid);
    }

    [TestMethod]
    public async Task An_edit_of_an_ended_job_is_not_its_end()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver));
        await Hooked.End(server, "a");
        await receiver.Next(200);
        (await server.Put("jobs/a", """{"priority":5}""")).Expect(200);
        await Hooked.End(server, "b");
        Assert.AreEqual("b", (await receiver.Next(200)).Uid);
    }

    [TestMethod]
    public async Task After_500_the_same_body_is_sent_again()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = Hooked.Quick });
        await Hooked.End(server, "a");
        var first = await receiver.Next(500);
        CollectionAssert.AreEqual(first.Body, (await receiver.Next(200)).Body);
        await Hooked.Counts(server, delivered: 1);
    }

    [TestMethod]
    public async Task A_receiver_that_refuses_connections_and_then_accepts_gets_it()
    {
        using var receiver = HookReceiver.Closed();
        var limits = Hooked.Quick with { RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(10), 10_000)] };
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = limits });
        await Hooked.End(server, "a");
        await Hooked.Counts(server, pending: 1);
        receiver.Open();
        Assert.AreEqual("a", (await receiver.Next(200)).Uid);
        await Hooked.Counts(server, delivered: 1);
    }

    [TestMethod]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        using var target = HookReceiver.Start();
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = Hooked.Quick });
        await Hooked.End(server, "a");
        for (var i = 0; i < 5; i++) await (await receiver.Next()).Answer(307, $"Location: {target.Url}\r\n");
        await Hooked.Counts(server, failed: 1);
        Assert.AreEqual(0, target.Waiting + receiver.Waiting);
    }

    [TestMethod]
    public async Task What_is_not_HTTP_is_a_failure()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = Hooked.Quick with { RetryDelays = [] } });
        await Hooked.End(server, "a");
        var request = await receiver.Next();
        await request.Connection.SendAsync("SSH-2.0-OpenSSH_9\r\n"u8.ToArray());
        await Hooked.Counts(server, failed: 1);
    }

    [TestMethod]
    public async Task A_receiver_that_hangs_is_given_up_and_its_interim_answers_do_not_count()
    {
        using var receiver = HookReceiver.Start();
        var limits = Hooked.Quick with { Timeout = TimeSpan.FromMilliseconds(200), RetryDelays = [TimeSpan.FromMilliseconds(10)] };
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = limits });
        await Hooked.End(server, "a");
        var request = await receiver.Next();
        await request.Connection.SendAsync("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"u8.ToArray());
        await receiver.Next();
        await Hooked.Counts(server, failed: 1);
        var metrics = (await server.Get("metrics")).Text;
        Assert.Contains("nexrender_hook_deliveries_total{outcome=\"failed\"} 1", metrics);
        Assert.Contains("nexrender_hooks_pending 0", metrics);
    }

    [TestMethod]
    public async Task A_receiver_that_hangs_delays_no_answer_and_no_other_receiver()
    {
        using var hanging = HookReceiver.Start();
        using var other = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(hanging, other));
        var uids = Enumerable.Range(0, 20).Select(number => $"job-{number}").ToList();
        foreach (var uid in uids) await Hooked.End(server, uid);
        var received = new List<string>();
        foreach (var _ in uids) received.Add((await other.Next(200)).Uid);
        CollectionAssert.AreEquivalent(uids, received);
        // Not one of these has been answered yet.
        await Hooked.Counts(server, pending: 20, delivered: 20);
        Assert.IsLessThanOrEqualTo(4, hanging.Waiting);
    }

    [TestMethod]
    public async Task The_events_of_a_job_come_in_order()
    {
        using var receiver = HookReceiver.Start();
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = Hooked.Quick });
        await Hooked.End(server, "a", "error");
        var first = await receiver.Next();
        (await server.Send("PATCH", "jobs/a/retry")).Expect(200);
        (await server.Put("jobs/a", """{"state":"finished"}""")).Expect(200);
        // Another job's is sent meanwhile, the same job's is not.
        await Hooked.End(server, "b");
        Assert.AreEqual("b", (await receiver.Next(200)).Uid);
        await first.Answer(500);
        Assert.AreEqual("job.error", (await receiver.Next(200)).Text("event"));
        var second = await receiver.Next(200);
        Assert.AreEqual("job.finished 2", $"{second.Text("event")} {second.Text("attempt")}");
    }

    [TestMethod]
    public async Task Beyond_a_number_the_oldest_are_dropped_and_counted()
    {
        using var receiver = HookReceiver.Start();
        var limits = new HookLimits { MaxPending = 5, AtOnce = 1 };
        await using var server = await TestServer.Start(Hooked.To(receiver) with { HookLimits = limits });
        await Hooked.End(server, "first");
        var first = await receiver.Next();
        for (var i = 0; i < 7; i++) await Hooked.End(server, $"job-{i}");
        await Hooked.Counts(server, pending: 5, dropped: 3);
        await first.Answer(200);
        for (var i = 3; i < 7; i++) Assert.AreEqual($"job-{i}", (await receiver.Next(200)).Uid);
        await Hooked.Counts(server, delivered: 5, dropped: 3);
    }
}
