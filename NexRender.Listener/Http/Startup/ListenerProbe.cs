using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Startup;

/// <summary>Asks a listener that has just started whether it hears.</summary>
internal static class ListenerProbe
{
    private const int Patience = 2000;

    /// <summary>Whether who connects by a prefix is answered, or at least sent away.</summary>
    public static bool IsAnswered(string prefix, int port)
    {
        var host = prefix["http://".Length..prefix.LastIndexOf(':')];
        var address = host == "+" ? IPAddress.Loopback : IPAddress.TryParse(host, out var given) ? given : Prefixes.FirstAddress(host);
        return address is null || IsAnswered(address, port);
    }

    /// <summary>Whether who connects to an address is answered, or at least sent away.</summary>
    public static bool IsAnswered(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = Patience, SendTimeout = Patience };
        try
        {
            socket.Connect(address, port);
            // No HTTP, so that the listener answers by itself and the server never sees it.
            socket.Send("?\r\n\r\n"u8);
            socket.Receive(new byte[1]);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }
}
