using NexRender.Listener.Http.Startup;

namespace NexRender.Listener.Tests.Startup;

/// <summary>The addresses that the server listens on under Windows need no rights.</summary>
[TestClass]
public sealed class WindowsAddressTests
{
    [TestMethod]
    [DataRow(null, true, true)]
    [DataRow("localhost", true, true)]
    [DataRow("127.0.0.1", true, true)]
    [DataRow("::1", true, true)]
    [DataRow("10.0.0.5", true, true)]
    [DataRow(null, false, true)]
    [DataRow("localhost", false, true)]
    [DataRow("127.0.0.1", false, false)]
    [DataRow("127.0.0.2", false, false)]
    [DataRow("::1", false, true)]
    public void The_gate_stands_in_front_of_every_address_that_would_need_rights(string? host, bool isWindows, bool needsGate) =>
        Assert.AreEqual(needsGate, ListenerOptions.NeedsGate(host, isWindows));

    [TestMethod]
    [DataRow(null)]
    [DataRow("127.0.0.1")]
    [DataRow("10.0.0.5")]
    public void A_direct_server_has_no_gate(string? host) => Assert.IsFalse(new ListenerOptions { Host = host, Direct = true }.UsesGate);

    [TestMethod]
    public void The_listener_behind_the_gate_needs_no_right_on_Windows_and_no_resolver_elsewhere()
    {
        Assert.AreEqual("localhost", ListenerFactory.InnerHost(isWindows: true));
        Assert.AreEqual("127.0.0.1", ListenerFactory.InnerHost(isWindows: false));
    }

    [TestMethod]
    [DataRow(null, "http://+:3000/")]
    [DataRow("*", "http://+:3000/")]
    [DataRow("0.0.0.0", "http://+:3000/")]
    [DataRow("::", "http://+:3000/")]
    [DataRow("::1", "http://[::1]:3000/")]
    [DataRow("[::1]", "http://[::1]:3000/")]
    [DataRow("10.0.0.5", "http://10.0.0.5:3000/")]
    [DataRow("render", "http://render:3000/")]
    public void The_command_that_gives_the_right_names_the_prefix_that_is_listened_on(string? host, string prefix)
    {
        Assert.AreEqual(prefix, Prefixes.For(host, 3000, isWindows: true)[0]);
        var (problem, reason) = BindErrors.Explain(5, "Access is denied", host, 3000, isWindows: true);
        Assert.AreEqual(ListenProblem.MissingReservation, problem);
        Assert.Contains($"netsh http add urlacl url={prefix} user=", reason);
    }
}
