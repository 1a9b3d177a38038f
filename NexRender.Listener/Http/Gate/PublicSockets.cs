using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Http.Startup;

namespace NexRender.Listener.Http.Gate;

/// <summary>Opens the sockets that the gate listens on.</summary>
internal static class PublicSockets
{
    private const int Backlog = 4096;

    /// <summary>Opens a socket for each address of a host, or one for every interface.</summary>
    /// <param name="host">The name or address; <c>null</c> for every interface.</param>
    /// <param name="port">The port; 0 for any.</param>
    /// <exception cref="ListenException">The server cannot listen there.</exception>
    public static Socket[] Open(string? host, int port)
    {
        var sockets = new List<Socket>();
        SocketException? failure = null;
        foreach (var address in Addresses(host, port))
        {
            try
            {
                sockets.Add(Listen(address, port));
            }
            // A name may have addresses that this machine does not have, for one ::1 without IPv6. The others will do.
            catch (SocketException e) when (IsMissing(e.SocketErrorCode))
            {
                failure = e;
            }
            catch (SocketException e)
            {
                foreach (var socket in sockets) socket.Dispose();
                throw Failed(e);
            }
        }
        return sockets.Count > 0 ? [.. sockets] : throw Failed(failure!);

        ListenException Failed(SocketException e) => BindErrors.Translate(e, host, port);
    }

    /// <summary>Describes the addresses that the sockets listen on, for the log.</summary>
    public static string Describe(string? host, int port, IReadOnlyList<Socket> sockets)
    {
        var addresses = sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Address).ToList();
        if (addresses is [var every] && (every.Equals(IPAddress.Any) || every.Equals(IPAddress.IPv6Any)))
        {
            var families = every.Equals(IPAddress.Any) ? "IPv4" : sockets[0].DualMode ? "IPv4 and IPv6" : "IPv6";
            return $"http://localhost:{port} (every interface, {families})";
        }
        var isName = !IPAddress.TryParse(host?.Trim('[', ']'), out var given);
        var name = given is { AddressFamily: AddressFamily.InterNetworkV6 } ? $"[{given}]" : host;
        return $"http://{name}:{port}{(isName ? $" ({string.Join(", ", addresses)})" : "")}";
    }

    /// <summary>Returns true if a host is a name that has to be resolved.</summary>
    public static bool IsName(string? host) => Known(host) is null;

    // Returns null for a name that has to be resolved.
    private static IReadOnlyList<IPAddress>? Known(string? host)
    {
        var name = host?.Trim('[', ']');
        if (name is null or "" or "*" or "+" or "::") return Socket.OSSupportsIPv6 ? [IPAddress.IPv6Any] : [IPAddress.Any];
        if (IPAddress.TryParse(name, out var address)) return [address];
        // The machine may have no entry for it, and a name server that does not respond.
        var isLocalhost = name.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        return isLocalhost ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : null;
    }

    private static IReadOnlyList<IPAddress> Addresses(string? host, int port)
    {
        if (Known(host) is { } known) return known;
        try
        {
            var found = Dns.GetHostAddresses(host!);
            return found.Length > 0 ? [.. found.Distinct()] : throw new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException e)
        {
            throw BindErrors.Translate(e, host, port);
        }
    }

    private static bool IsMissing(SocketError error) =>
        error is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported
            or SocketError.ProtocolNotSupported or SocketError.ProtocolFamilyNotSupported;

    private static Socket Listen(IPAddress address, int port)
    {
        if (!address.Equals(IPAddress.IPv6Any)) return Listen(address, port, isDual: false);
        try
        {
            return Listen(address, port, isDual: true);
        }
        catch (SocketException e) when (IsMissing(e.SocketErrorCode))
        {
            return Listen(IPAddress.Any, port, isDual: false);
        }
    }

    private static Socket Listen(IPAddress address, int port, bool isDual)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = isDual;
            // On Windows another program could otherwise take over the port.
            if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true;
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
