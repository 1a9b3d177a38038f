namespace NexRender.Listener.Tests.Support;

/// <summary>Commands that run another one with less than root may do, so that what root is spared can be tested as root.</summary>
internal static class Capabilities
{
    /// <summary>Files that the modes forbid are forbidden.</summary>
    public static string[] NoOverride => Without("dac_override", "dac_read_search");

    /// <summary>Ports below 1024 are forbidden; in a network of its own where this one allows them to everybody.</summary>
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
