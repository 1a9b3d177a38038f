using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NexRender.Listener.Tests.Life;

/// <summary>The part of a request that is lost.</summary>
public enum Cut
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The request never arrives.</summary>
    Request,

    /// <summary>The request arrives, and nobody waits for its answer.</summary>
    Wait,

    /// <summary>The request is carried out, and its answer never arrives.</summary>
    Answer,

    /// <summary>The request is carried out, and half of its answer arrives.</summary>
    HalfAnswer,
}

/// <summary>Forwards requests, one for each connection as the client library sends them, and cuts the line at some of them.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly Func<int, Cut> _plan;
    private readonly Task _running;
    private int _requests;

    /// <param name="target">The port of the server.</param>
    /// <param name="number">The number of the request that is cut, from 1.</param>
    /// <param name="cut">The part that is lost.</param>
    public CuttingProxy(int target, int number, Cut cut) : this(target, request => request == number ? cut : Cut.None)
    {
    }

    /// <param name="target">The port of the server.</param>
    /// <param name="plan">Returns the part that is lost of the request of a number, from 1.</param>
    public CuttingProxy(int target, Func<int, Cut> plan)
    {
        (_target, _plan) = (target, plan);
        _listener.Start();
        _running = Run();
    }

    /// <summary>Receives the number of a request when the first bytes of its answer have come.</summary>
    public Action<int>? Answering { get; init; }

    /// <summary>Receives the number of a request when it was forwarded.</summary>
    public Action<int>? Forwarded { get; init; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The number of requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _running;
    }

    private async Task Run()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(PassOn(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }

        await Task.WhenAll(connections);
    }

    private async Task PassOn(TcpClient client)
    {
        using var closing = client;
        try
        {
            var from = client.GetStream();
            var request = await Read(from);
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, _target);
            // What nobody could receive is not counted.
            var number = Interlocked.Increment(ref _requests);
            var cut = _plan(number);
            if (cut == Cut.Request) return;
            var to = server.GetStream();
            await to.WriteAsync(request);
            Forwarded?.Invoke(number);
            if (cut == Cut.Wait) return;
            var answer = await Receive(to, () => Answering?.Invoke(number));
            if (cut == Cut.Answer) return;
            await from.WriteAsync(answer.AsMemory(0, cut == Cut.HalfAnswer ? answer.Length / 2 : answer.Length));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A peer that went away notices that itself.
        }
    }

    private static async Task<byte[]> Receive(NetworkStream to, Action began)
    {
        using var answer = new MemoryStream();
        var first = new byte[1];
        if (await to.ReadAsync(first) == 1)
        {
            answer.Write(first);
            began();
            await to.CopyToAsync(answer);
        }
        return answer.ToArray();
    }

    private static async Task<byte[]> Read(NetworkStream from)
    {
        var request = new MemoryStream();
        var buffer = new byte[65_536];
        while (!IsWhole(request))
        {
            var count = await from.ReadAsync(buffer);
            if (count == 0) throw new IOException("The request is cut.");
            request.Write(buffer, 0, count);
        }

        return request.ToArray();
    }

    private static bool IsWhole(MemoryStream request)
    {
        var text = Encoding.Latin1.GetString(request.GetBuffer(), 0, (int)request.Length);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var length = text[..end].Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        return request.Length - end - 4 >= (length is null ? 0 : int.Parse(length.Split(':')[1]));
    }
}
