using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hostile;

/// <summary>Clients that are slow, silent, too many, or gone; the server works correctly after each.</summary>
[TestClass]
public sealed class ImpoliteClientTests
{
    private const string Head = "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    [TestMethod]
    public async Task A_body_that_stalls_answers_408()
    {
        await using var server = await TestServer.Start(Impatient());
        using var stalled = await server.Connect();
        await stalled.Send(Head + "Content-Length: 100\r\n\r\n{\"uid\":");
        Assert.AreEqual(408, (await stalled.ReadResponse()).Status);
        await AssertRight(server);
    }

    [TestMethod]
    public async Task A_chunked_body_that_stalls_answers_408()
    {
        await using var server = await TestServer.Start(Impatient());
        using var stalled = await server.Connect();
        await stalled.Send(Head + "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"uid\":\r\n");
        Assert.AreEqual(408, (await stalled.ReadResponse()).Status);
        await AssertRight(server);
    }

    [TestMethod]
    public async Task A_body_that_drips_answers_408()
    {
        await using var server = await TestServer.Start(Impatient());
        using var slow = await server.Connect();
        await slow.Send(Head + "Content-Length: 100000\r\n\r\n{");
        using var enough = new CancellationTokenSource();
        var drip = Drip(slow, enough.Token);
        Assert.AreEqual(408, (await slow.ReadResponse()).Status);
        await enough.CancelAsync();
        await drip;
        await AssertRight(server);
    }

    [TestMethod]
    public async Task Two_hundred_slow_bodies_delay_nobody()
    {
        await using var server = await TestServer.Start();
        var slow = await ConnectMany(server, 200, Head + "Content-Length: 100\r\n\r\n{");
        await AssertRight(server);
        foreach (var client in slow) client.Dispose();
        await AssertRight(server);
    }

    [TestMethod]
    public async Task Five_hundred_half_heads_and_silent_connections_delay_nobody()
    {
        await using var server = await TestServer.Start();
        var silent = await ConnectMany(server, 250, "");
        var half = await ConnectMany(server, 250, "GET /api/v1/jobs HTTP/1.1\r\nHos");
        await AssertRight(server);
        foreach (var client in silent.Concat(half)) client.Dispose();
        await AssertRight(server);
    }

    [TestMethod]
    public async Task A_reader_that_stalls_times_out_and_delays_nobody()
    {
        var timeout = TimeSpan.FromMilliseconds(400);
        await using var server = await TestServer.Start(
            new ListenerOptions
            {
                Limits = new HttpLimits { RequestTimeout = timeout, MinDataRate = int.MaxValue },
                Gate = new GateLimits { Silence = timeout },
            });
        // More than the socket buffers of both ends hold.
        var pad = $"\"pad\":\"{new string('x', 1_000_000)}\"";
        for (var i = 0; i < 8; i++) (await server.Post(Some.Job($"large-{i}", members: pad))).Expect(200);
        var stalled = new List<RawClient>();
        for (var i = 0; i < 10; i++)
        {
            stalled.Add(await RawClient.Connect(server.Port, receiveBuffer: 65_536));
            await stalled[i].Send("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n");
        }

        // A client that does not read sees no error; the missing rest of the body shows that the server has timed out.
        await Task.Delay(timeout * 4);
        Assert.IsLessThan(8_000_000, (await stalled[0].ReadToEnd()).Length);
        Assert.AreEqual(8, (await server.Get("jobs")).Expect(200).Json.GetArrayLength());
        foreach (var client in stalled) client.Dispose();
        await AssertRight(server);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("G")]
    [DataRow("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\n")]
    [DataRow(Head + "Content-Length: 100\r\n\r\n")]
    [DataRow(Head + "Content-Length: 100\r\n\r\n{\"uid\":\"x\"")]
    [DataRow(Head + "Transfer-Encoding: chunked\r\n\r\nff\r\n{")]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("HEAD /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("OPTIONS /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("DELETE /api/v1/jobs/unknown HTTP/1.1\r\nHost: x\r\n\r\n")]
    [DataRow("GET /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")]
    public async Task A_client_may_vanish_at_any_stage(string sent)
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("there", members: $"\"pad\":\"{new string('x', 500_000)}\""))).Expect(200);
        for (var i = 0; i < 30; i++)
        {
            var client = await server.Connect();
            await client.Send(sent);
            // Some immediately, some while the response may be on its way.
            if (i % 3 == 0) (await server.Get("health")).Expect(200);
            if (i % 2 == 0) client.Reset();
            else client.Dispose();
        }

        Assert.AreEqual("there", (await server.Get("jobs")).Expect(200).Uids);
        await AssertRight(server);
    }

    [TestMethod]
    public async Task A_client_that_vanished_after_a_whole_job_has_submitted_it_once_or_not_at_all()
    {
        await using var server = await TestServer.Start();
        var job = Some.Job("a");
        for (var i = 0; i < 30; i++)
        {
            var client = await server.Connect();
            await client.Send(Head + $"Content-Length: {job.Length}\r\n\r\n{job}");
            client.Reset();
        }

        (await server.Put("jobs/a", "{}")).Expect((await server.Get("jobs/a")).Status);
        Assert.IsLessThanOrEqualTo(1, (await server.Get("jobs")).Expect(200).Json.GetArrayLength());
        await AssertRight(server);
    }

    [TestMethod]
    public async Task A_hundred_thousand_chunks_of_one_byte_do_no_harm()
    {
        await using var server = await TestServer.Start();
        var job = Some.Job("bomb").PadRight(100_000);
        using var client = await server.Connect();
        await client.Send(Head + "Transfer-Encoding: chunked\r\n\r\n" + string.Concat(job.Select(c => $"1\r\n{c}\r\n")) + "0\r\n\r\n");
        Assert.AreEqual("bomb", (await client.ReadResponse()).Expect(200).Member("uid"));
        await AssertRight(server);
    }

    [TestMethod]
    public async Task Chunks_that_nobody_reads_do_no_harm()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        try
        {
            await client.Send("POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 100; i++) await client.Send(string.Concat(Enumerable.Repeat("1\r\nx\r\n", 1_000)));
        }
        catch (IOException)
        {
            // The server closed the connection before the rest was sent.
        }

        await AssertRight(server);
    }

    [TestMethod]
    public async Task An_unread_body_that_drips_blocks_nobody()
    {
        await using var server = await TestServer.Start();
        var drippers = await ConnectMany(server, 64, "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{");
        using var enough = new CancellationTokenSource();
        var drips = drippers.Select(client => Drip(client, enough.Token)).ToArray();
        await AssertRight(server);
        await enough.CancelAsync();
        await Task.WhenAll(drips);
        foreach (var client in drippers) client.Dispose();
    }

    [TestMethod]
    public async Task Beyond_the_budget_for_bodies_the_answer_is_503_until_there_is_room()
    {
        await using var server = await TestServer.Start(
            new ListenerOptions
            {
                Limits = new HttpLimits { MaxBufferedBodyBytes = 300_000 },
                Gate = new GateLimits { BodiesInFlight = 300_000, Wait = TimeSpan.FromMilliseconds(100) },
            });
        var large = Some.Job("large", members: $"\"pad\":\"{new string('x', 60_000)}\"");
        var waiting = await ConnectMany(server, 4, Head + $"Content-Length: {large.Length}\r\n\r\n{large[..^1]}");
        await Eventually.True(async () => (await server.Post(large)).Status == 503, "the budget is spent");
        (await server.Get("jobs")).Expect(200);
        foreach (var client in waiting) client.Reset();
        (await server.Delete("jobs/large")).Expect(200);
        await Eventually.True(async () => (await server.Post(large)).Status == 200, "there is room again");
    }

    [TestMethod]
    public async Task Many_requests_after_each_other_on_one_connection_are_answered()
    {
        await using var server = await TestServer.Start();
        using var client = await server.Connect();
        for (var i = 0; i < 50; i++)
        {
            var job = Some.Job($"job-{i}");
            await client.Send(Head + $"Content-Length: {job.Length}\r\n\r\n{job}");
            Assert.AreEqual($"job-{i}", (await client.ReadResponse()).Expect(200).Member("uid"));
        }
    }

    private static ListenerOptions Impatient() => new()
    {
        Limits = new HttpLimits { RequestTimeout = TimeSpan.FromMilliseconds(400) },
        Gate = new GateLimits { Silence = TimeSpan.FromMilliseconds(400), BodyTime = TimeSpan.FromSeconds(1) },
    };

    private static async Task<List<RawClient>> ConnectMany(TestServer server, int count, string sent)
    {
        var clients = new List<RawClient>();
        for (var i = 0; i < count; i++)
        {
            clients.Add(await server.Connect());
            await clients[i].Send(sent);
        }

        return clients;
    }

    // One byte at a time until the connection is closed. The pauses are what is tested.
    private static async Task Drip(RawClient client, CancellationToken token)
    {
        try
        {
            while (true)
            {
                await Task.Delay(20, token);
                await client.Send(" ");
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // One of the two sides has ended it.
        }
    }

    // Asserts that the server works, on a new connection.
    private static async Task AssertRight(TestServer server)
    {
        using var client = new TestClient(server.Port);
        var before = (await client.Send("GET", "jobs")).Expect(200).Json.GetArrayLength();
        (await client.Json("POST", "jobs", Some.Job("right"))).Expect(200);
        Assert.AreEqual(before + 1, (await client.Send("GET", "jobs")).Expect(200).Json.GetArrayLength());
        (await client.Send("DELETE", "jobs/right")).Expect(200, "true");
    }
}
