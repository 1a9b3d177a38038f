using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Network;

/// <summary>Opens connections to hosts by their names.</summary>
internal static class HostConnection
{
    /// <summary>Returns the addresses of a host.</summary>
    /// <param name="host">Its name, or its address without brackets.</param>
    /// <param name="cancellation">Ends the wait for a name server.</param>
    /// <exception cref="SocketException">The name is not known.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        // A minimal system may have no file that says so.
        if (host == "localhost") return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        // The look-up itself may not be cancellable.
        return await Dns.GetHostAddressesAsync(host, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Returns the addresses of the host of a URL.</summary>
    /// <exception cref="SocketException">The name is not known.</exception>
    public static async Task<IPEndPoint[]> ResolveAsync(Uri url, CancellationToken cancellation)
    {
        var found = await ResolveAsync(url.IdnHost.Trim('[', ']'), cancellation).ConfigureAwait(false);
        return Array.ConvertAll(found, address => new IPEndPoint(address, url.Port));
    }

    /// <summary>
    /// Connects to the first of some addresses that accepts it. It takes no name: that could resolve to another address than the checked
    /// ones by now.
    /// </summary>
    /// <exception cref="SocketException">None of them accepts it.</exception>
    public static async Task<Socket> OpenAsync(IPEndPoint[] addresses, CancellationToken cancellation)
    {
        var failure = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                failure = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw failure;
    }
}
