using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Startup;

/// <summary>Translates a host into the prefixes that an HttpListener listens on and answers to.</summary>
internal static class Prefixes
{
    /// <summary>Returns the prefixes of a host.</summary>
    /// <exception cref="ListenException">HttpListener cannot listen there on this system.</exception>
    public static IReadOnlyList<string> For(string? host, int port) => For(host, port, OperatingSystem.IsWindows());

    /// <summary>Returns the prefixes of a host on Windows or on another system.</summary>
    /// <exception cref="ListenException">HttpListener cannot listen there on this system.</exception>
    public static IReadOnlyList<string> For(string? host, int port, bool isWindows)
    {
        var prefixes = new List<string>();
        void Add(string name) => prefixes.Add($"http://{name}:{port}/");

        if (IsWildcard(host))
        {
            Add("+");
            // Off Windows "+" is IPv4 only. Clients that try the IPv6 address of localhost first, as Node does, need a listener there.
            var isIPv6First = !isWindows && FirstAddress("localhost") is { AddressFamily: AddressFamily.InterNetworkV6 };
            if (isIPv6First) Add("localhost");
            return prefixes;
        }
        var isAddress = IPAddress.TryParse(host!.Trim('[', ']'), out var given);
        if (!isWindows && isAddress && given!.AddressFamily == AddressFamily.InterNetworkV6)
            throw new ListenException(
                ListenProblem.NoIPv6, $"cannot listen on {host}: HttpListener cannot name IPv6 addresses on this system");
        Add(isAddress && given!.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{given}]" : host);
        // A prefix answers only to requests that name it. For a name its address is added, so that both work.
        if (!isWindows && !isAddress && FirstAddress(host) is { AddressFamily: AddressFamily.InterNetwork } address)
            Add(address.ToString());
        if (host is "127.0.0.1") Add("localhost");
        else if (host is "localhost" && prefixes.Count == 1 && !isWindows) Add("127.0.0.1");
        return prefixes;
    }

    /// <summary>Returns the first address that the resolver lists for a name; <c>null</c> if there is none.</summary>
    public static IPAddress? FirstAddress(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Returns true if a host stands for every interface.</summary>
    public static bool IsWildcard(string? host) => host is null or "" or "+" or "*" or "0.0.0.0" or "::" or "[::]";
}
