using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>Sends single requests, each on a connection of its own.</summary>
internal static class Probe
{
    /// <summary>Repeats a request until the server responds; returns the time since <paramref name="since"/>.</summary>
    /// <param name="target">The server.</param>
    /// <param name="request">The request.</param>
    /// <param name="since">The beginning of the time.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="mayRefuse">True if the server may refuse the request for a while.</param>
    public static TimeSpan FirstResponse(Target target, LoadRequest request, long since, CancellationToken stop, bool mayRefuse = false)
    {
        while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(5))
        {
            stop.ThrowIfCancellationRequested();
            if (target.HasExited) throw new InvalidOperationException($"the {target.Kind} server exited before it responded");
            try
            {
                Send(target, request);
                return Stopwatch.GetElapsedTime(since);
            }
            catch (Exception problem) when (problem is SocketException || (mayRefuse && problem is InvalidOperationException))
            {
                Thread.Sleep(1);
            }
        }
        throw new TimeoutException($"the {target.Kind} server did not respond");
    }

    /// <summary>Sends a request, reads the whole response, and returns the length of its body.</summary>
    public static long Send(Target target, LoadRequest request)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, target.Port));
        socket.Send(request.Bytes);
        var buffer = new byte[256 * 1024];
        var filled = 0;
        Reply reply;
        do
        {
            var count = socket.Receive(buffer.AsSpan(filled));
            if (count == 0) throw new SocketException((int)SocketError.ConnectionReset);
            filled += count;
        }
        while (!target.Format.TryRead(buffer.AsSpan(0, filled), out reply));
        if (!reply.Ok) throw new InvalidOperationException(System.Text.Encoding.ASCII.GetString(buffer, 0, Math.Min(filled, 300)));

        var left = reply.HeadLength + reply.BodyLength - filled;
        while (left > 0)
        {
            var count = socket.Receive(buffer);
            if (count == 0) throw new InvalidOperationException("the response was cut short");
            left -= count;
        }
        return reply.BodyLength;
    }
}
