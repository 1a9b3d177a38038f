using System.Net.Sockets;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>SIGTERM and Ctrl-C: requests in flight are completed, new ones refused, no response is false, and the stop is short.</summary>
[TestClass]
public sealed class StopTests
{
    private const int Interrupt = 2, Terminate = 15;
    private const int Restarts = 21;

    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    [TestMethod]
    [DataRow(Terminate)]
    [DataRow(Interrupt)]
    public async Task An_idle_server_ends_with_0(int signal)
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.Start([$"--port={Ports.Free()}", $"--database={folder.File("jobs.js")}"]);
        server.Signal(signal);
        Assert.AreEqual(0, await server.WaitForExit(LongestStop), server.Errors.Text);
        Assert.AreEqual("", server.Errors.Text);
    }

    [TestMethod]
    [DataRow(Terminate)]
    [DataRow(Interrupt)]
    public async Task A_request_in_flight_is_answered_and_new_ones_are_refused(int signal)
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [$"--port={port}", $"--database={folder.File("jobs.js")}"];
        await using (var server = await ServerProcess.Start(arguments))
        {
            using var client = await RawClient.Connect(port);
            await SendHalfOf(client, "in-flight");
            using var others = new TestClient(port);
            // Later requests have been answered, so the server has accepted the half request.
            for (var i = 0; i < 20; i++) (await others.Send("GET", "jobs", null, ("Connection", "close"))).Expect(200);
            server.Signal(signal);
            await Eventually.True(async () => await IsRefused(others), "new requests are refused");
            await client.Send("]}");
            (await client.ReadResponse()).Expect(200, "in-flight");
            Assert.AreEqual(0, await server.WaitForExit(LongestStop), server.Errors.Text);
        }

        await using var again = await ServerProcess.Start(arguments);
        using var later = new TestClient(port);
        Assert.AreEqual("in-flight", (await later.Send("GET", "jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task Connections_without_a_complete_request_delay_nothing_and_get_no_false_response()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start([$"--port={port}", $"--database={folder.File("jobs.js")}"]);
        using var silent = await RawClient.Connect(port);
        using var halfHead = await RawClient.Connect(port);
        await halfHead.Send("POST /api/v1/jobs HTTP/1.1\r\nHost:");
        using var halfBody = await RawClient.Connect(port);
        await SendHalfOf(halfBody, "never-whole");
        using var keptAlive = await RawClient.Connect(port);
        await keptAlive.Send("GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
        (await keptAlive.ReadResponse()).Expect(200);
        server.Signal(Terminate);
        Assert.AreEqual(0, await server.WaitForExit(LongestStop), server.Errors.Text);
        Assert.AreEqual("", await silent.ReadToEnd());
        Assert.AreEqual("", await halfHead.ReadToEnd());
        Assert.AreEqual("", await keptAlive.ReadToEnd());
        Assert.DoesNotContain(" 200 ", await halfBody.ReadToEnd());
        Assert.DoesNotContain("never-whole", await File.ReadAllTextAsync(folder.File("jobs.js")));
    }

    [TestMethod]
    public async Task Under_load_every_acknowledged_job_is_kept()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [$"--port={port}", $"--database={folder.File("jobs.js")}"];
        var acknowledged = new List<string>();
        await using (var server = await ServerProcess.Start(arguments))
        {
            using var client = new TestClient(port);
            var load = Enumerable.Range(0, 8).Select(lane => Submit(client, lane, acknowledged)).ToArray();
            await Eventually.True(() => Count(acknowledged) > 100, "the load has begun");
            server.Signal(Terminate);
            Assert.AreEqual(0, await server.WaitForExit(LongestStop), server.Errors.Text);
            await Task.WhenAll(load);
        }

        await using var again = await ServerProcess.Start(arguments);
        using var later = new TestClient(port);
        var kept = (await later.Send("GET", "jobs")).Expect(200).Uids.Split(' ').ToHashSet();
        Assert.IsEmpty(acknowledged.Where(uid => !kept.Contains(uid)));
    }

    [TestMethod]
    public async Task Every_restart_succeeds_while_clients_connect()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] arguments = [$"--port={port}", $"--database={folder.File("jobs.js")}", "--host=127.0.0.1"];
        using var ceasefire = new CancellationTokenSource();
        var fire = Enumerable.Range(0, 3).Select(_ => Task.Run(() => Fire(port, ceasefire.Token))).ToArray();
        try
        {
            for (var restart = 0; restart < Restarts; restart++)
            {
                await using var server = await ServerProcess.Start(arguments);
                using var client = new TestClient(port);
                (await client.Json("POST", "jobs", Some.Job($"job-{restart}"))).Expect(200);
                Assert.AreEqual(0, await server.Terminate(), server.Errors.Text);
            }
        }
        finally
        {
            await ceasefire.CancelAsync();
            await Task.WhenAll(fire);
        }

        await using var last = await ServerProcess.Start(arguments);
        using var reader = new TestClient(port);
        Assert.AreEqual(Restarts, (await reader.Send("GET", "jobs")).Expect(200).Json.GetArrayLength());
    }

    // The gate closes its port; a listener without it cannot, and answers 503.
    private static async Task<bool> IsRefused(TestClient client)
    {
        try
        {
            return (await client.Send("GET", "jobs", null, ("Connection", "close"))).Status == 503;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    // A request without the end of its body.
    private static Task SendHalfOf(RawClient client, string uid)
    {
        var job = Some.Job(uid, members: "\"end\":[]");
        var head = $"POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {job.Length}\r\n\r\n";
        return client.Send(head + job[..^2]);
    }

    private static async Task Submit(TestClient client, int lane, List<string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var answer = await client.Json("POST", "jobs", Some.Job($"job-{lane}-{i}"));
                if (answer.Status == 503) return;
                Assert.AreEqual($"job-{lane}-{i}", answer.Expect(200).Member("uid"));
                lock (acknowledged) acknowledged.Add($"job-{lane}-{i}");
            }
        }
        catch (HttpRequestException)
        {
            // The server has gone.
        }
    }

    private static int Count(List<string> list)
    {
        lock (list) return list.Count;
    }

    private static async Task Fire(int port, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            try
            {
                using var client = await RawClient.Connect(port);
                await client.Send("GET /api/v1/jobs/pickup/none HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
                await client.ReadToEnd(TimeSpan.FromSeconds(5));
            }
            catch (Exception e) when (e is SocketException or IOException or AssertFailedException)
            {
                // No server is running between two starts.
                await Task.Yield();
            }
        }
    }
}
