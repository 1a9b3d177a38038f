using NexRender.Listener.Http.Gate;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Beyond each limit a client gets the right status, and nobody else notices.</summary>
[TestClass]
public sealed class LimitTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    [TestMethod]
    public async Task A_head_of_16_KB_is_read_and_a_longer_one_answers_431()
    {
        await using var server = await TestServer.Start(isGated: true);
        using var client = await server.Connect();
        var head = GateCase.Get + "a: ";
        await client.Send(head + new string('x', 16_384 - head.Length - 4) + "\r\n\r\n");
        (await client.ReadResponse()).Expect(200);
        await client.Send(head + new string('x', 16_384 - head.Length - 3) + "\r\n\r\n");
        (await client.ReadResponse()).Expect(431, "16 KB");
        Assert.AreEqual("", await client.ReadToEnd());
    }

    [TestMethod]
    public async Task An_address_of_8_KB_is_read_and_a_longer_one_answers_414()
    {
        await using var server = await TestServer.Start(isGated: true);
        var path = "/api/v1/jobs/";
        (await server.Get(path + new string('x', 8_192 - path.Length))).Expect(404);
        (await server.Get(path + new string('x', 8_193 - path.Length))).Expect(414);
    }

    [TestMethod]
    public Task A_head_that_becomes_too_long_for_the_inside_answers_431() =>
        GateCase.ExpectRefusal(GateCase.Get + $"a: {new string('\u00e4', 15_000)}\r\n\r\n", 431, "non-ASCII");

    [TestMethod]
    [DataRow("GET /api/v1/jobs HTTP/1.1\r\n", 408)]
    [DataRow("G", 408)]
    [DataRow("\r\n", 408)]
    [DataRow("", 0)]
    public async Task A_first_head_that_does_not_come_in_time_answers_408_and_silence_gets_silence(string sent, int status)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Gate = new GateLimits { FirstHead = Short } }, isGated: true);
        await using (await HealthyClient.Start(server.Port))
        {
            using var client = await server.Connect();
            await client.Send(sent);
            var answer = await client.ReadToEnd();
            if (status == 0) Assert.AreEqual("", answer);
            else Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        }
    }

    [TestMethod]
    public async Task A_head_that_drips_answers_408_though_something_always_comes()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Gate = new GateLimits { FirstHead = Short } }, isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        using var client = await server.Connect();
        await client.Send(GateCase.Get);
        using var enough = new CancellationTokenSource();
        var drip = Drip.Begin(client, "a", enough.Token);
        (await client.ReadResponse()).Expect(408);
        await enough.CancelAsync();
        await drip;
    }

    [TestMethod]
    public async Task An_idle_connection_is_closed_without_an_answer()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Gate = new GateLimits { Idle = Short } }, isGated: true);
        using var client = await server.Connect();
        await client.Send(GateCase.Get + "\r\n");
        (await client.ReadResponse()).Expect(200);
        Assert.AreEqual("", await client.ReadToEnd());
    }

    [TestMethod]
    [DataRow("Content-Length: 100\r\n\r\n{")]
    [DataRow("Transfer-Encoding: chunked\r\n\r\n64\r\n{")]
    [DataRow("Transfer-Encoding: chunked\r\n\r\n64")]
    [DataRow("Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nx")]
    public async Task A_body_that_stalls_answers_408(string body)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Gate = new GateLimits { Silence = Short } }, isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        using var client = await server.Connect();
        await client.Send(GateCase.Post + body);
        (await client.ReadResponse()).Expect(408);
    }

    [TestMethod]
    public async Task A_body_may_be_slow_as_long_as_something_comes_and_the_whole_is_in_time()
    {
        // Ten pauses, each shorter than the silence that is allowed; all together they are longer.
        var limits = new GateLimits { Silence = Short, BodyTime = TimeSpan.FromSeconds(30) };
        await using var server = await TestServer.Start(new ListenerOptions { Gate = limits }, isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Content-Length: {GateCase.Job.Length}\r\n\r\n");
        foreach (var part in GateCase.Job.Chunk(7))
        {
            await Task.Delay(Short / 4);
            await client.Send(new string(part));
        }
        (await client.ReadResponse()).Expect(200, "never");
    }

    [TestMethod]
    public async Task A_body_that_drips_longer_than_allowed_answers_408()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Gate = new GateLimits { BodyTime = Short } }, isGated: true);
        using var client = await server.Connect();
        await client.Send(GateCase.Post + "Content-Length: 100000\r\n\r\n{");
        using var enough = new CancellationTokenSource();
        var drip = Drip.Begin(client, " ", enough.Token);
        (await client.ReadResponse()).Expect(408);
        await enough.CancelAsync();
        await drip;
    }

    [TestMethod]
    public async Task A_chunked_body_beyond_the_limit_of_the_gate_answers_413()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Gate = new GateLimits { Body = 100 } }, isGated: true);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Transfer-Encoding: chunked\r\n\r\n65\r\n{new string('x', 101)}\r\n");
        (await client.ReadResponse()).Expect(413, "Body exceeded 100mb limit");
    }

    [TestMethod]
    public async Task Trailers_beyond_the_limit_answer_431()
    {
        await using var server = await TestServer.Start(isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        using var client = await server.Connect();
        await client.Send($"{GateCase.Post}Transfer-Encoding: chunked\r\n\r\n46\r\n{GateCase.Job}\r\n0\r\n");
        for (var i = 0; i < 200; i++) await client.Send($"x-{i}: {new string('x', 100)}\r\n");
        (await client.ReadResponse()).Expect(431);
        Assert.AreEqual("[]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task Beyond_the_memory_for_bodies_one_waits_until_there_is_room()
    {
        var options = new ListenerOptions { Gate = new GateLimits { BodiesInFlight = 100_000 } };
        await using var server = await TestServer.Start(options, isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        var large = Some.Job("large", members: $"\"pad\":\"{new string('x', 60_000)}\"");
        using var first = await server.Connect();
        await first.Send($"{GateCase.Post}Content-Length: {large.Length}\r\n\r\n{large[..^1]}");
        using var second = await server.Connect();
        var other = large.Replace("large", "other");
        await second.Send($"{GateCase.Post}Content-Length: {other.Length}\r\n\r\n{other}");
        await first.Send("}");
        (await first.ReadResponse()).Expect(200, "large");
        (await second.ReadResponse()).Expect(200, "other");
    }

    [TestMethod]
    public async Task Without_room_in_time_the_answer_is_503_and_says_when_to_try_again()
    {
        var limits = new GateLimits { BodiesInFlight = 100_000, Wait = Short };
        await using var server = await TestServer.Start(new ListenerOptions { Gate = limits }, isGated: true);
        await using var healthy = await HealthyClient.Start(server.Port);
        var large = Some.Job("large", members: $"\"pad\":\"{new string('x', 60_000)}\"");
        using var first = await server.Connect();
        await first.Send($"{GateCase.Post}Content-Length: {large.Length}\r\n\r\n{large[..^1]}");
        // The first one's bytes may still be on their way at the first try.
        Answer answer = null!;
        var other = large.Replace("large", "other");
        await Eventually.True(async () => (answer = await server.Post(other)).Status == 503, "the memory is in use");
        Assert.AreEqual("1", answer.Header("Retry-After"));
    }

    [TestMethod]
    public async Task Two_bodies_of_70_MB_are_taken_at_once()
    {
        await using var server = await TestServer.Start(isGated: true);
        var pad = new string('x', 70_000_000);
        var both = new[] { "one", "two" }.Select(uid => server.Post(Some.Job(uid, members: $"\"pad\":\"{pad}\""))).ToArray();
        foreach (var answer in await Task.WhenAll(both)) answer.Expect(200);
    }

    [TestMethod]
    [DataRow(3, 0)]
    [DataRow(0, 3)]
    public async Task Beyond_the_connections_the_answer_is_503_until_one_ends(int all, int ofOneAddress)
    {
        var limits = new GateLimits { Connections = all, ConnectionsPerAddress = ofOneAddress };
        await using var server = await TestServer.Start(new ListenerOptions { Gate = limits }, isGated: true);
        var clients = new List<RawClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await server.Connect());
            await clients[i].Send(GateCase.Get + "\r\n");
            (await clients[i].ReadResponse()).Expect(200);
        }
        using (var refused = await server.Connect())
        {
            await refused.Send(GateCase.Get + "\r\n");
            (await refused.ReadResponse()).Expect(503, "too many connections");
            Assert.AreEqual("", await refused.ReadToEnd());
        }
        clients[0].Dispose();
        await Eventually.True(async () => (await server.Get("jobs")).Status == 200, "a place has become free");
        foreach (var client in clients) client.Dispose();
    }
}
