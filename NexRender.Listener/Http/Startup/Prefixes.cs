using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Startup;

/// <summary>The prefixes by which a listener listens on a host and answers to its names.</summary>
internal static class Prefixes
{
    /// <exception cref="StartupException">The listener of this system cannot listen there.</exception>
    public static IReadOnlyList<string> For(string? host, int port)
    {
        var prefixes = new List<string>();
        void Add(string name) => prefixes.Add($"http://{name}:{port}/");

        if (IsEverything(host))
        {
            Add("+");
            // Off Windows "+" is IPv4 alone. Clients that try the IPv6 address of localhost first, as Node does, need it to answer.
            if (!OperatingSystem.IsWindows() && FirstAddress("localhost") is { AddressFamily: AddressFamily.InterNetworkV6 }) Add("localhost");
            return prefixes;
        }
        if (!OperatingSystem.IsWindows() && IPAddress.TryParse(host!.Trim('[', ']'), out var given) && given.AddressFamily == AddressFamily.InterNetworkV6)
            throw new StartupException($"cannot listen on {host}: IPv6 addresses cannot be named on this system; use --host localhost, or no --host at all");
        Add(host!);
        // A prefix answers only to requests that name it: with a name, its address is added, so that both work.
        if (!OperatingSystem.IsWindows() && !IPAddress.TryParse(host, out _) && FirstAddress(host!) is { AddressFamily: AddressFamily.InterNetwork } address) Add(address.ToString());
        if (host is "127.0.0.1" || (host is "localhost" && prefixes.Count == 1 && !OperatingSystem.IsWindows())) Add(host is "localhost" ? "127.0.0.1" : "localhost");
        return prefixes;
    }

    private static bool IsEverything(string? host) => host is null or "" or "+" or "*" or "0.0.0.0" or "::" or "[::]";

    /// <summary>The address that the resolver lists first for a name; <c>null</c> where it knows none.</summary>
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
}
