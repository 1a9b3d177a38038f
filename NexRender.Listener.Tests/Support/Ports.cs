using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Tests.Support;

/// <summary>Free TCP ports. HttpListener refuses port 0, so a test finds one, and retries if another process takes it first.</summary>
internal static class Ports
{
    // Below the range of outgoing connections on Linux, so that no client of another test can have the port.
    private const int Lowest = 10_000, Highest = 32_000;

    public static int Free()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            if (!IsTaken(port)) return port;
        }

        throw new InvalidOperationException("No free port was found.");
    }

    public static bool IsTaken(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.Listen();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return true;
        }
    }
}
