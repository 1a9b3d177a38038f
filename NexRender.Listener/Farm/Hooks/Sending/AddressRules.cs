using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Farm.Hooks.Sending;

/// <summary>The addresses that a webhook of a job may connect to, so that nobody reaches with it what only the server can reach.</summary>
internal static class AddressRules
{
    private static readonly IPNetwork[] PrivateV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // All of the Internet begins with these three bits: not ::1, link-local, unique-local, multicast, IPv4-mapped or NAT64 addresses.
    private const int PublicV6 = 0b001;

    // Addresses that stand for others (Teredo, 6to4), and those of documents.
    private static readonly IPNetwork[] PrivateV6 =
        [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"), IPNetwork.Parse("3fff::/20")];

    /// <summary>Returns true if an address is one of the public Internet.</summary>
    public static bool IsPublic(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !PrivateV4.Any(network => network.Contains(address)),
        AddressFamily.InterNetworkV6 =>
            address.GetAddressBytes()[0] >> 5 == PublicV6 && !PrivateV6.Any(network => network.Contains(address)),
        _ => false,
    };

    /// <summary>Returns true if a webhook of a job may connect to an address: a public one, or one that a prefix names itself.</summary>
    public static bool Allows(IPEndPoint address, IReadOnlyList<WebhookPrefix> prefixes) =>
        IsPublic(address.Address) || prefixes.Any(prefix => prefix.Names(address));
}
