using System.Globalization;
using System.Net;
using System.Text;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>Hostile clients neither end the process nor delay other clients, and their memory is given back.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class MemoryTests
{
    private const int MaxGrowth = 32;
    private const int OfEachKind = 500;
    private const string Chunked = GateCase.Post + "Transfer-Encoding: chunked\r\n\r\n";

    [TestMethod]
    public async Task Two_thousand_connections_that_drip_into_head_body_trailer_and_response()
    {
        using var folder = new TempFolder();
        await using var server = await Start(folder, out var port);
        await Prepare(port);
        var before = Megabytes(server);
        await using (await HealthyClient.Start(port))
        {
            var heads = await Open(port, 2, "GET /api/v1/jobs HTTP/1.1\r\nx: ");
            var bodies = await Open(port, 3, GateCase.Post + "Content-Length: 1000\r\n\r\n{");
            var trailers = await Open(port, 4, Chunked + "2\r\n{}\r\n0\r\nx: ");
            var readers = await Open(port, 5, GateCase.Get + "\r\n", receiveBuffer: 4_096);
            for (var second = 0; second < 3; second++)
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
                foreach (var client in heads.Concat(bodies).Concat(trailers)) await client.Send("x");
                foreach (var client in readers) await client.ReadByte();
            }
            foreach (var client in heads.Concat(bodies).Concat(trailers).Concat(readers)) client.Reset();
        }
        await ExpectMemory(server, before);
        await ExpectWorking(server, port);
    }

    [TestMethod]
    public async Task Floods_of_every_kind()
    {
        using var folder = new TempFolder();
        await using var server = await Start(folder, out var port);
        await Prepare(port);
        var before = Megabytes(server);
        await using (await HealthyClient.Start(port))
        {
            var megabyte = new string('x', 1 << 20);
            for (var round = 0; round < 3; round++)
            {
                await Flood(port, "GET /", megabyte, 50, 414);
                await Flood(port, GateCase.Get + "x: ", megabyte, 50, 431);
                await Flood(port, GateCase.Get, string.Concat(Enumerable.Repeat("a: b\r\n", 100_000)), 3, 431);
                await Flood(port, Chunked + "0\r\nx: ", megabyte, 10, 431);
                await Flood(port, Chunked, string.Concat(Enumerable.Repeat("1\r\n \r\n", 100_000)), 2, 0);
                await Flood(port, GateCase.Post + "Content-Length: 50000000\r\n\r\n", megabyte, 40, 0);
            }
            for (var i = 0; i < 10_000; i++)
            {
                // Each of these once cost the listener 13 KB for ever.
                using var client = await RawClient.Connect(port, from: IPAddress.Parse("127.0.0.9"));
                await client.Send("POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\n\r\n");
                (await client.ReadResponse()).Expect(411);
            }
        }
        await ExpectMemory(server, before);
        await ExpectWorking(server, port);
    }

    private static Task<ServerProcess> Start(TempFolder folder, out int port)
    {
        port = Ports.Free();
        return ServerProcess.Start(["--port", $"{port}", "--database", folder.File("jobs.js")]);
    }

    // Everything that a usual day needs is compiled and allocated before the memory is measured.
    private static async Task Prepare(int port)
    {
        using var client = new TestClient(port);
        for (var i = 0; i < 5; i++)
        {
            var job = Some.Job($"job-{i}", members: $"\"pad\":\"{new string('x', 80_000)}\"");
            (await client.Json("POST", "jobs", job)).Expect(200);
        }
        for (var i = 0; i < 2_000; i++) (await client.Send("GET", "jobs/job-1/status")).Expect(200);
    }

    private static async Task<List<RawClient>> Open(int port, int network, string sent, int? receiveBuffer = null)
    {
        var clients = new List<RawClient>();
        for (var i = 0; i < OfEachKind; i++)
        {
            clients.Add(await RawClient.Connect(port, receiveBuffer, new IPAddress([127, 0, 0, (byte)network])));
            await clients[i].Send(sent);
            // The readers come one after the other, each when the one before has the beginning of its list.
            if (receiveBuffer is not null) await clients[i].ReadByte();
        }
        return clients;
    }

    // A status of 0 means that the client resets the connection without an answer.
    private static async Task Flood(int port, string beginning, string repeated, int count, int status)
    {
        using var client = await RawClient.Connect(port);
        var pieces = Enumerable.Repeat(Encoding.Latin1.GetBytes(repeated), count);
        var sending = client.SendWhileTaken([Encoding.Latin1.GetBytes(beginning), .. pieces]);
        if (status > 0) (await client.ReadResponse()).Expect(status);
        else await sending;
        client.Reset();
        await sending;
    }

    private static async Task ExpectMemory(ServerProcess server, int before)
    {
        var now = 0;
        var end = DateTime.UtcNow + Eventually.Deadline;
        while ((now = Megabytes(server)) > before + MaxGrowth && DateTime.UtcNow < end) await Task.Delay(100);
        Assert.IsLessThanOrEqualTo(before + MaxGrowth, now, $"It was {before} MB before.");
    }

    private static async Task ExpectWorking(ServerProcess server, int port)
    {
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("after"))).Expect(200);
        Assert.IsFalse(server.HasExited);
        Assert.AreEqual(0, await server.Terminate());
        Assert.AreEqual("", server.Errors.Text);
    }

    private static int Megabytes(ServerProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
