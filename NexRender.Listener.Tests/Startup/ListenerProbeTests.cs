using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>A client that connects during the start can leave a listener that accepts nothing; the probe detects it.</summary>
[TestClass]
public sealed class ListenerProbeTests
{
    [TestMethod]
    public async Task A_server_that_responds_passes_the_probe()
    {
        await using var server = await TestServer.Start();
        Assert.IsTrue(ListenerProbe.IsResponding(IPAddress.Loopback, server.Port));
        Assert.IsTrue(ListenerProbe.IsResponding($"http://+:{server.Port}/", server.Port));
        Assert.IsTrue(ListenerProbe.IsResponding($"http://127.0.0.1:{server.Port}/", server.Port));
        (await server.Get("jobs")).Expect(200);
    }

    [TestMethod]
    public void A_port_that_accepts_connections_and_never_responds_fails_the_probe()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Assert.IsFalse(ListenerProbe.IsResponding(IPAddress.Loopback, ((IPEndPoint)silent.LocalEndpoint).Port));
    }
}
