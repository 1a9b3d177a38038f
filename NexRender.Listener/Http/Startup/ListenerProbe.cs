using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Http.Startup;

/// <summary>Checks that a listener that has just started accepts connections.</summary>
internal static class ListenerProbe
{
    private const int TimeoutMilliseconds = 2000;

    /// <summary>Returns true if a connection to a prefix gets a response or a reset.</summary>
    public static bool IsResponding(string prefix, int port)
    {
        var host = prefix["http://".Length..prefix.LastIndexOf(':')];
        var address = host == "+" ? IPAddress.Loopback : IPAddress.TryParse(host, out var given) ? given : Prefixes.FirstAddress(host);
        return address is null || IsResponding(address, port);
    }

    /// <summary>Returns true if a connection to an address gets a response or a reset.</summary>
    public static bool IsResponding(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = TimeoutMilliseconds,
            SendTimeout = TimeoutMilliseconds,
        };
        try
        {
            socket.Connect(address, port);
            // Not HTTP, so that HttpListener answers it by itself and the server never sees it.
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
