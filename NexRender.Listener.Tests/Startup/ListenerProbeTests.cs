using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>A listener can be made deaf by a client that connects while it starts; that is found out before anybody relies on it.</summary>
[TestClass]
public sealed class ListenerProbeTests
{
    [TestMethod]
    public async Task A_server_that_hears_is_found_to_hear()
    {
        await using var server = await TestServer.Start();
        Assert.IsTrue(ListenerProbe.IsResponding(IPAddress.Loopback, server.Port));
        Assert.IsTrue(ListenerProbe.IsResponding($"http://+:{server.Port}/", server.Port));
        Assert.IsTrue(ListenerProbe.IsResponding($"http://127.0.0.1:{server.Port}/", server.Port));
        (await server.Get("jobs")).Expect(200);
    }

    [TestMethod]
    public void A_port_where_connections_are_taken_and_never_heard_is_found_out()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        Assert.IsFalse(ListenerProbe.IsResponding(IPAddress.Loopback, ((IPEndPoint)deaf.LocalEndpoint).Port));
    }
}
