using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>The addresses that the gate listens on, and that the first line of the log names.</summary>
[TestClass]
public sealed class AddressTests
{
    [TestMethod]
    [DataRow(null, "http://localhost:{0} (every interface, IPv4 and IPv6)", "127.0.0.1", "::1")]
    [DataRow("*", "http://localhost:{0} (every interface, IPv4 and IPv6)", "127.0.0.1", "::1")]
    [DataRow("::", "http://localhost:{0} (every interface, IPv4 and IPv6)", "127.0.0.1", "::1")]
    [DataRow("[::]", "http://localhost:{0} (every interface, IPv4 and IPv6)", "127.0.0.1", "::1")]
    [DataRow("0.0.0.0", "http://localhost:{0} (every interface, IPv4)", "127.0.0.1")]
    [DataRow("localhost", "http://localhost:{0} (127.0.0.1, ::1)", "127.0.0.1", "::1")]
    [DataRow("::1", "http://[::1]:{0}", "::1")]
    [DataRow("[::1]", "http://[::1]:{0}", "::1")]
    public async Task Clients_reach_it_where_it_says(string? host, string description, params string[] addresses)
    {
        if (!Socket.OSSupportsIPv6) Assert.Inconclusive("This system has no IPv6.");
        using var folder = new TempFolder();
        var port = Ports.Free();
        var options = new ListenerOptions { Host = host, Database = folder.File("jobs.js"), Verbosity = Verbosity.Quiet };
        await using var server = NexRenderServer.Listen(port, null, options);
        Assert.AreEqual(string.Format(description, port), server.Door.Description);
        foreach (var address in addresses)
        {
            using var client = new TestClient(port, address.Contains(':') ? $"[{address}]" : address);
            (await client.Send("GET", "health")).Expect(200, "ok");
        }
    }

    [TestMethod]
    public async Task The_address_of_an_IPv6_client_is_recorded()
    {
        if (!Socket.OSSupportsIPv6) Assert.Inconclusive("This system has no IPv6.");
        await using var server = await TestServer.Start(isGated: true);
        using var client = new TestClient(server.Port, "[::1]");
        Assert.AreEqual("::1", (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200).Member("creator"));
    }

    [TestMethod]
    [DataRow("203.0.113.1", nameof(ListenProblem.UnknownHost))]
    [DataRow("2001:db8::1", nameof(ListenProblem.UnknownHost))]
    [DataRow("no-such-host.invalid", nameof(ListenProblem.UnknownHost))]
    public void A_host_that_is_not_of_this_machine_is_refused(string host, string problem) =>
        Assert.AreEqual(problem, $"{Assert.ThrowsExactly<ListenException>(() => PublicSockets.Open(host, 0)).Problem}");

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow(null)]
    public void A_port_in_use_is_refused_and_nothing_stays_open(string? host)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var refused = Assert.ThrowsExactly<ListenException>(() => PublicSockets.Open(host, port));
        Assert.AreEqual(ListenProblem.PortInUse, refused.Problem);
        other.Stop();
        foreach (var socket in PublicSockets.Open(host, port)) socket.Dispose();
    }

    [TestMethod]
    [DataRow(SocketError.AddressAlreadyInUse, 3000, nameof(ListenProblem.PortInUse))]
    [DataRow(SocketError.AccessDenied, 3000, nameof(ListenProblem.PortInUse))]
    [DataRow(SocketError.AccessDenied, 80, nameof(ListenProblem.PrivilegedPort))]
    [DataRow(SocketError.AddressNotAvailable, 3000, nameof(ListenProblem.UnknownHost))]
    [DataRow(SocketError.NoData, 3000, nameof(ListenProblem.UnknownHost))]
    [DataRow(SocketError.NetworkDown, 3000, nameof(ListenProblem.Other))]
    public void Errors_of_sockets_have_the_same_meaning_on_every_system(SocketError error, int port, string problem) =>
        Assert.AreEqual(problem, $"{BindErrors.Translate(new SocketException((int)error), "render", port).Problem}");
}
