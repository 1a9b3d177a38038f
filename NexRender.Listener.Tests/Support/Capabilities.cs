namespace NexRender.Listener.Tests.Support;

/// <summary>Command prefixes that drop privileges, so that a test that runs as root can be refused something.</summary>
internal static class Capabilities
{
    /// <summary>Enforces file modes.</summary>
    public static string[] NoOverride => Without("dac_override", "dac_read_search");

    /// <summary>Forbids ports below 1024; in a separate network namespace if this one allows them to everybody.</summary>
    public static string[] NoLowPorts => OwnNetwork.Concat(Without("net_bind_service")).ToArray();

    private static IEnumerable<string> OwnNetwork
    {
        get
        {
            const string setting = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
            var isOpen = File.Exists(setting) && int.Parse(File.ReadAllText(setting)) <= 80;
            return !isOpen ? [] : Environment.IsPrivilegedProcess ? ["unshare", "--net"] : ["unshare", "--user", "--net"];
        }
    }

    private static string[] Without(params string[] names)
    {
        if (!Environment.IsPrivilegedProcess) return [];
        var list = string.Join(',', names.Select(name => "-" + name));
        return ["setpriv", $"--bounding-set={list}", $"--inh-caps={list}"];
    }
}
