using System.Diagnostics;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate;

/// <summary>The server on machines whose network lacks something, in network namespaces with hosts files of their own.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class NetworkTests
{
    private const string Usual = "127.0.0.1 localhost\n::1 localhost\n";

    // The packets to this name server disappear.
    private const string DeadNameServer =
        "ip link add v0 type veth peer name v1; ip addr add 10.9.9.1/24 dev v0; ip link set v0 up; ip link set v1 up; "
        + "ip neigh add 10.9.9.9 lladdr 02:00:00:00:00:01 dev v0";

    private const string OnlyIPv6 =
        "ip link add v0 type veth peer name v1; ip addr add fd00::1/64 dev v0 nodad; ip link set v0 up; ip link set v1 up";

    private const string NoIPv6 = "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    [TestMethod]
    [DataRow("both", ":", Usual, null, "every interface, IPv4 and IPv6", "127.0.0.1 [::1] localhost")]
    [DataRow("both", ":", Usual, "localhost", "(127.0.0.1, ::1)", "127.0.0.1 [::1] localhost")]
    [DataRow("no IPv6", NoIPv6, "127.0.0.1 localhost\n", null, "every interface", "127.0.0.1 localhost")]
    [DataRow("no IPv6", NoIPv6, Usual, "localhost", "(127.0.0.1)", "127.0.0.1 localhost")]
    [DataRow("no IPv6", NoIPv6, Usual, "0.0.0.0", "every interface, IPv4", "127.0.0.1 localhost")]
    [DataRow("IPv6 outside only", OnlyIPv6, Usual, null, "every interface, IPv4 and IPv6", "[fd00::1] [::1]")]
    [DataRow("IPv6 outside only", OnlyIPv6, "fd00::1 farm\n" + Usual, "farm", "http://farm:", "[fd00::1] farm")]
    [DataRow("IPv6 outside only", OnlyIPv6, Usual, "fd00::1", "http://[fd00::1]:", "[fd00::1]")]
    [DataRow("localhost is ::1", ":", "::1 localhost\n127.0.0.1 localhost\n", null, "IPv4 and IPv6", "127.0.0.1 [::1] localhost")]
    [DataRow("localhost is ::1", ":", "::1 localhost\n", "localhost", "(127.0.0.1, ::1)", "127.0.0.1 [::1] localhost")]
    [DataRow("no localhost", ":", "127.0.0.1 other\n", null, "every interface, IPv4 and IPv6", "127.0.0.1 [::1]")]
    [DataRow("no localhost", ":", "127.0.0.1 other\n", "localhost", "(127.0.0.1, ::1)", "127.0.0.1 [::1]")]
    [DataRow("dead name server", DeadNameServer, "127.0.0.1 other\n", null, "every interface, IPv4 and IPv6", "127.0.0.1 10.9.9.1 [::1]")]
    [DataRow("dead name server", DeadNameServer, "127.0.0.1 other\n", "localhost", "(127.0.0.1, ::1)", "127.0.0.1 [::1]")]
    public async Task It_starts_at_once_and_listens_where_it_says(
        string network, string setup, string hosts, string? host, string description, string reachable)
    {
        await RequireNamespaces();
        var usual = await Try(":", Usual, null, async _ => await Task.CompletedTask);
        TimeSpan time = default;
        // A busy machine may be slow once, not three times.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            time = await Try(setup, hosts, host, async server =>
            {
                Assert.Contains(description, await server.Server.Started(), network);
                foreach (var name in reachable.Split(' ')) Assert.AreEqual("ok", await server.Get(name), $"{network}: {name}");
            });
            if (time < usual + Longest) return;
        }
        Assert.IsLessThan(usual + Longest, time, network);
    }

    [TestMethod]
    public async Task The_address_of_a_client_on_another_interface_is_recorded()
    {
        await RequireNamespaces();
        await Try(OnlyIPv6, Usual, null, async server =>
        {
            var job = Some.Job("a");
            var created = await server.Run("curl", "-sS", "-m", "10", "-H", "content-type: application/json", "-d", job,
                $"http://[fd00::1]:{server.Port}/api/v1/jobs");
            Assert.Contains("\"creator\":\"fd00::1\"", created);
        });
    }

    private static async Task RequireNamespaces()
    {
        await using var child = ChildProcess.Launch(["unshare", "--net", "--mount", "true"], ChildProcess.Inherited());
        if (await child.WaitForExit() != 0) Assert.Inconclusive("Network namespaces need root.");
    }

    // Returns the time of the start.
    private static async Task<TimeSpan> Try(string setup, string hosts, string? host, Func<Isolated, Task> body)
    {
        using var folder = new TempFolder();
        var names = $"mount --bind {folder.Write("hosts", hosts)} /etc/hosts; "
            + $"mount --bind {folder.Write("resolv.conf", "nameserver 10.9.9.9\n")} /etc/resolv.conf";
        string[] prefix = ["unshare", "--net", "--mount", "sh", "-ec", $"ip link set lo up; {setup}; {names}; exec \"$@\"", "sh"];
        var port = Ports.Free();
        string[] arguments =
            ["--port", $"{port}", "--database", folder.File("jobs.js"), .. host is null ? Array.Empty<string>() : ["--host", host]];
        var began = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.Start(arguments, prefix: prefix);
        var time = Stopwatch.GetElapsedTime(began);
        await body(new Isolated(server, port));
        return time;
    }

    // A server in namespaces of its own, and commands that run beside it.
    private sealed record Isolated(ServerProcess Server, int Port)
    {
        public Task<string> Get(string host) => Run("curl", "-sS", "-g", "-m", "10", $"http://{host}:{Port}/api/v1/health");

        public async Task<string> Run(params string[] command)
        {
            string[] inside = ["nsenter", "--target", $"{Server.Id}", "--net", "--mount", .. command];
            await using var child = ChildProcess.Launch(inside, ChildProcess.Inherited());
            var code = await child.WaitForExit();
            return code == 0 ? child.Output.Text.Trim() : $"exit code {code}: {child.Errors.Text}";
        }
    }
}
