using System.Net;
using System.Net.Sockets;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Gate.Differential;

/// <summary>
/// Sends mutated requests through connections of the gate to a real HttpListener, and compares what that one has understood with what the
/// reference understands.
/// </summary>
internal sealed class DifferentialRun : IDisposable
{
    private const int Lanes = 8;
    private const string Continue = "HTTP/1.1 100 Continue\r\n\r\n";

    private readonly TempFolder _folder = new();
    private readonly EchoListener _inside = new();
    private readonly Log _log = new(logsChanges: false, logsRequests: false, TimeProvider.System, Stream.Null, Stream.Null);
    private readonly RefusalLog _refusals;
    private readonly RequestHandler _handler;
    private readonly GateServices _services;
    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private int _done;
    private int _understood;

    public DifferentialRun()
    {
        _refusals = new RefusalLog(_log, TimeProvider.System);
        var limits = new HttpLimits();
        Route[] routes =
            [Any("POST", "/jobs"), Any("PUT", "/jobs/:uid"), Any("GET", "/jobs"), Any("GET", "/health"), Any("DELETE", "/jobs/:uid")];
        var screen = new RequestScreen(new Router(routes), new SecretAuthentication(null), new BodyRules(limits), limits);
        var trimmer = new MemoryTrimmer(() => 0, () => false);
        _handler = new RequestHandler(screen, new ResponseWriter("test/1"), limits, _log, _refusals, trimmer);
        var gate = new GateLimits();
        _services = new GateServices(gate, new InnerPool(_inside.Endpoint, Lanes, gate.Wait), _handler, "test/1", _log);
        // Not TCP, which would run out of ports.
        _listening.Bind(new UnixDomainSocketEndPoint(_folder.File("socket")));
        _listening.Listen(Lanes);
        _ = Accept();
    }

    /// <summary>The inputs that were sent.</summary>
    public int Done => _done;

    /// <summary>The requests among them that reached the inside.</summary>
    public int Understood => _understood;

    /// <summary>The inputs that were understood differently, with both results.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Sends random inputs until a count or a time is reached, or something was understood differently.</summary>
    public async Task Run(int seed, int count, TimeSpan time)
    {
        var end = DateTime.UtcNow + time;
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(async () =>
        {
            var random = new Random(HashCode.Combine(seed, lane));
            var mutator = new Mutator(random);
            while (Interlocked.Increment(ref _done) <= count && DateTime.UtcNow < end && Differences.Count < 10)
            {
                await Compare(mutator.Next(), random);
            }
            Interlocked.Decrement(ref _done);
        })));
    }

    public void Dispose()
    {
        _listening.Dispose();
        _services.Pool.Dispose();
        _inside.Stop();
        _handler.Dispose();
        _refusals.Dispose();
        _log.Dispose();
        _folder.Dispose();
    }

    private static Route Any(string method, string template) => new(method, template, _ => throw new InvalidOperationException());

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var connection = new ClientConnection(await _listening.AcceptAsync(), IPAddress.Loopback, _services);
                _ = connection.RunAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end of the run.
        }
    }

    private async Task Compare(string input, Random random)
    {
        var (expected, isRefused) = ReferenceParser.Parse(input);
        var answer = await Send(input, random);
        var difference = Difference(expected, isRefused, answer);
        if (difference is null) return;
        lock (Differences) Differences.Add($"{difference}\nsent: {Escaped(input)}\nanswered: {Escaped(answer)}");
    }

    private string? Difference(List<UnderstoodRequest> expected, bool isRefused, string answer)
    {
        for (var i = 0; ; i++)
        {
            while (answer.StartsWith(Continue, StringComparison.Ordinal)) answer = answer[Continue.Length..];
            var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            var head = end > 3 ? answer[..end] : "";
            if (Value(head, EchoListener.HeadHeader) is not { } understood)
            {
                if (head.Length == 0) return i == expected.Count && !isRefused ? null : $"an answer is missing after {i}";
                var mayRefuse = i == expected.Count ? isRefused : expected[i].MayBeRefused;
                return mayRefuse && head.Contains("\r\nConnection: close\r\n") ? null : $"refused after {i}";
            }
            if (i == expected.Count) return $"understood one more than {i}";
            var text = Encoding.Latin1.GetString(Convert.FromBase64String(understood));
            var request = new UnderstoodRequest(text, Value(head, EchoListener.BodyHeader)!);
            if (!expected[i].Allows(request)) return $"request {i}: expected {expected[i]}, understood {request}";
            Interlocked.Increment(ref _understood);
            answer = answer[end..];
        }
    }

    private static string? Value(string head, string name)
    {
        var line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 1)..].Trim();
    }

    // In one piece or in several, so that the gate sees the ends of lines and bodies at every place.
    private async Task<string> Send(string input, Random random)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.File("socket")));
        var bytes = Encoding.Latin1.GetBytes(input);
        var answer = new MemoryStream();
        try
        {
            for (var at = 0; at < bytes.Length;)
            {
                var length = random.Next(3) == 0 ? random.Next(1, bytes.Length - at + 1) : bytes.Length - at;
                await socket.SendAsync(bytes.AsMemory(at, length));
                at += length;
            }
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Refused before everything was sent.
        }
        var buffer = new byte[4_096];
        using var timer = new CancellationTokenSource(Eventually.Deadline);
        while (true)
        {
            var received = await Receive(socket, buffer, timer.Token);
            if (received == 0) return Encoding.Latin1.GetString(answer.ToArray());
            answer.Write(buffer, 0, received);
        }
    }

    private static async Task<int> Receive(Socket socket, byte[] buffer, CancellationToken token)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, token);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
        catch (OperationCanceledException)
        {
            throw new AssertFailedException("The connection went silent.");
        }
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(c => c switch
        {
            >= ' ' and <= '~' => $"{c}",
            '\r' => "\\r",
            '\n' => "\\n",
            _ => $"\\x{(int)c:x2}",
        }));
}
