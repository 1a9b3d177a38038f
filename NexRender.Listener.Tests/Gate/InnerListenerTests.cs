using System.Net;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>The port behind the gate serves the gate only, and clients cannot speak as the gate.</summary>
[TestClass]
public sealed class InnerListenerTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("nexrender-gate: x\r\n")]
    [DataRow("nexrender-gate: 00000000000000000000000000000000 1 10.0.0.1 GET x /api/v1/jobs\r\n")]
    public async Task Without_the_token_the_answer_is_403_whatever_is_asked(string header)
    {
        using var folder = new TempFolder();
        await using var server = NexRenderServer.Listen(Ports.Free(), null, Options(folder));
        foreach (var request in new[] { "GET /api/v1/jobs", "GET /api/v1/health", "OPTIONS /", "POST /api/v1/jobs" })
        {
            using var client = await RawClient.Connect(Inner(server).Port);
            await client.Send($"{request} HTTP/1.1\r\nHost: {Inner(server)}\r\n{header}Content-Length: 0\r\n\r\n");
            (await client.ReadResponse()).Expect(403, "this port is for the server itself");
        }
    }

    [TestMethod]
    public async Task It_listens_on_the_loopback_interface_only()
    {
        using var folder = new TempFolder();
        await using var server = NexRenderServer.Listen(Ports.Free(), null, Options(folder));
        Assert.AreEqual(IPAddress.Loopback, Inner(server).Address);
        Assert.IsTrue(Ports.IsTaken(Inner(server).Port));
    }

    [TestMethod]
    public async Task The_address_of_the_client_is_the_one_of_its_connection_whatever_it_says()
    {
        await using var server = await TestServer.Start(isGated: true);
        var forged = ("nexrender-gate", "00000000000000000000000000000000 1 10.0.0.1 GET x /api/v1/health");
        Assert.AreEqual("127.0.0.1", (await server.Post(Some.Job("a"), forged)).Expect(200).Member("creator"));
        Assert.AreEqual("127.0.0.1", (await server.Get("jobs/pickup", forged)).Expect(200).Member("executor"));
    }

    [TestMethod]
    public async Task A_port_that_is_freed_frees_the_inner_one_too()
    {
        using var folder = new TempFolder();
        var server = NexRenderServer.Listen(Ports.Free(), null, Options(folder));
        var inner = Inner(server).Port;
        await server.DisposeAsync();
        Assert.IsFalse(Ports.IsTaken(inner));
    }

    private static IPEndPoint Inner(NexRenderServer server) => ((GateServer)server.Door).InnerAddress;

    private static ListenerOptions Options(TempFolder folder) => new() { Database = folder.File("jobs.js"), Verbosity = Verbosity.Quiet };
}
