using NexRender.Listener.Http.Gate;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>Held pickups that end without a job: the client disconnects, the server stops or is killed.</summary>
[TestClass]
public sealed class HeldPickupEndTests
{
    private const string Request = "GET /api/v1/jobs/pickup?wait=45 HTTP/1.1\r\nHost: x\r\nnexrender-name: gone\r\n\r\n";

    [TestMethod]
    public async Task A_client_that_was_reset_gets_no_job()
    {
        await using var server = await Start();
        using var gone = await Hold(server);
        gone.Reset();
        await Eventually.True(() => server.HeldPickups == 0, "the pickup is not held any more");
        await server.Post(Some.Job("a"));
        Assert.AreEqual("a", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task A_client_that_has_closed_its_connection_gets_no_job_and_the_next_one_does()
    {
        await using var server = await Start();
        using var gone = await Hold(server);
        var next = await HeldPickupTests.Hold(server);
        gone.HalfClose();
        await Eventually.True(() => server.HeldPickups == 1, "the pickup is not held any more");
        await server.Post(Some.Job("a"));
        Assert.AreEqual("a", (await next).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task A_job_that_was_handed_to_a_client_which_disconnected_meanwhile_returns_to_the_queue()
    {
        var disk = new GatedDisk();
        await using var server = await Start(new ListenerOptions { Storage = new StorageOptions { Disk = disk } });
        using var gone = await Hold(server);
        disk.Close();
        var created = server.Post(Some.Job("a"));
        // It has taken the job, and waits until that is durable.
        await Eventually.True(() => server.HeldPickups == 0, "the job is handed out");
        gone.Reset();
        var next = await HeldPickupTests.Hold(server);
        disk.Open();
        (await created).Expect(200);
        Assert.AreEqual("a", (await next).Expect(200).Member("uid"));
        Assert.AreEqual("interrupted", (await server.Get("jobs/a")).Json.GetProperty("attempts")[0].GetProperty("state").GetString());
    }

    [TestMethod]
    public async Task A_stop_answers_with_nothing()
    {
        await using var server = await Start();
        using var client = await Hold(server);
        var answer = client.ReadResponse();
        await server.Stop();
        Assert.AreEqual("{}", (await answer).Expect(200).Text);
    }

    [TestMethod]
    public async Task Beyond_a_half_of_the_connections_pickups_are_answered_at_once()
    {
        await using var server = await Start(new ListenerOptions { Gate = new GateLimits { Connections = 8 } });
        var held = new List<RawClient>();
        // Its own connection included, the fourth leaves half of the eight free.
        while (held.Count < 4) held.Add(await Hold(server));
        Assert.AreEqual("{}", (await server.Get("jobs/pickup?wait=45")).Expect(200).Text);
        Assert.AreEqual(4, server.HeldPickups);
        held.ForEach(client => client.Dispose());
    }

    [TestMethod]
    public async Task After_a_kill_no_job_is_lost_and_the_handed_out_ones_stay_so()
    {
        using var folder = new TempFolder();
        string[] arguments = [$"--port={Ports.Free()}", $"--database={folder.File("jobs.js")}", "--pickup-wait=45s"];
        var port = int.Parse(arguments[0].Split('=')[1]);
        var clients = new List<RawClient>();
        var received = "";
        await using (var server = await ServerProcess.Start(arguments))
        {
            using var client = new TestClient(port);
            for (var i = 0; i < 3; i++)
            {
                clients.Add(await RawClient.Connect(port));
                await clients[i].Send("GET /api/v1/jobs/pickup/4k HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            (await client.Json("POST", "jobs", Some.Job("a", "4k"))).Expect(200);
            (await client.Json("POST", "jobs", Some.Job("b"))).Expect(200);
            var answered = await Task.WhenAny(clients.Select(held => held.ReadResponse()));
            received = (await answered).Expect(200).Member("uid");
            server.Kill();
            await server.WaitForExit();
        }
        clients.ForEach(held => held.Dispose());
        Assert.AreEqual("a", received);
        await using var restarted = await ServerProcess.Start(arguments);
        using var after = new TestClient(port);
        Assert.AreEqual("picked", (await after.Send("GET", "jobs/a")).Expect(200).Member("state"));
        Assert.AreEqual("b", (await after.Send("GET", "jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow("--pickup-wait", "46s", null)]
    [DataRow("--pickup-wait", "soon", null)]
    [DataRow("NEXRENDER_PICKUP_WAIT", null, "1m")]
    public async Task A_longer_wait_is_a_usage_error(string name, string? option, string? variable)
    {
        string[] arguments = option is null ? [] : [$"{name}={option}"];
        var environment = new Dictionary<string, string>();
        if (variable is not null) environment[name] = variable;
        (await ServerProcess.Run(arguments, environment)).ExpectRefusal(2, name, "45s", "--help");
    }

    [TestMethod]
    [DataRow("--pickup-wait=50ms", null)]
    [DataRow(null, "50ms")]
    public async Task The_option_and_its_variable_hold_pickups(string? option, string? variable)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [$"--port={port}", $"--database={folder.File("a.js")}", .. option is null ? Array.Empty<string>() : [option]];
        var environment = new Dictionary<string, string>();
        if (variable is not null) environment["NEXRENDER_PICKUP_WAIT"] = variable;
        await using var server = await ServerProcess.Start(arguments, environment);
        using var client = new TestClient(port);
        var began = DateTime.UtcNow;
        Assert.AreEqual("{}", (await client.Send("GET", "jobs/pickup")).Expect(200).Text);
        // Held at all: a timer may be a few milliseconds early.
        Assert.IsGreaterThan(30, (DateTime.UtcNow - began).TotalMilliseconds);
    }

    // In this process, because it shows how many pickups are held; and with the gate, because only that knows who has disconnected.
    private static Task<TestServer> Start(ListenerOptions? options = null) =>
        TestServer.Start((options ?? new ListenerOptions()) with { Clock = new FakeClock() }, isGated: true);

    private static async Task<RawClient> Hold(TestServer server)
    {
        var held = server.HeldPickups;
        var client = await server.Connect();
        await client.Send(Request);
        await Eventually.True(() => server.HeldPickups == held + 1, "the pickup is held");
        return client;
    }
}
