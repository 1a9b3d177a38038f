using NexRender.Listener.Api;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Messages;

/// <summary>
/// The HTTP server of the product, behind its gate unless the tests run without it, with a route table of the test's own.
/// </summary>
internal sealed class RoutedServer : IAsyncDisposable
{
    private readonly MemoryStream _errors = new();
    private readonly Log _log;
    private readonly RefusalLog _refusals;
    private readonly RequestHandler _handler;
    private readonly IFrontDoor _door;
    private bool _isStopped;

    public RoutedServer(HttpLimits limits, params Route[] routes)
    {
        _log = new Log(logsChanges: false, logsRequests: false, TimeProvider.System, Stream.Null, _errors);
        _refusals = new RefusalLog(_log, TimeProvider.System);
        var writer = new ResponseWriter("test/1");
        var screen = new RequestScreen(new Router(routes), new SecretAuthentication(null), new BodyRules(limits), limits);
        _handler = new RequestHandler(screen, writer, limits, _log, _refusals, new MemoryTrimmer(() => 0, () => false));
        Port = Ports.Free();
        _door = Executable.IsDirect
            ? HttpServer.Start("127.0.0.1", Port, _handler, _log)
            : GateServer.Start("127.0.0.1", Port, new GateLimits { Silence = limits.RequestTimeout }, _handler, "test/1", _log);
    }

    public RoutedServer(params Route[] routes)
        : this(new HttpLimits(), routes) { }

    public int Port { get; }

    /// <summary>The lines of the log; complete once the server has stopped.</summary>
    public string Errors => System.Text.Encoding.UTF8.GetString(_errors.ToArray());

    public async Task Drain()
    {
        await _door.DrainAsync(_handler.BeginStop());
        await _handler.DrainAsync();
    }

    public async Task<RawClient> Get(string path, string version = "1.1", string method = "GET")
    {
        var client = await RawClient.Connect(Port);
        await client.Send($"{method} /api/v1{path} HTTP/{version}\r\nHost: 127.0.0.1\r\n\r\n");
        return client;
    }

    public async Task Stop()
    {
        if (_isStopped) return;
        _isStopped = true;
        await Drain();
        _door.FreePort();
        _handler.Dispose();
        _refusals.Dispose();
        _log.Dispose();
    }

    public async ValueTask DisposeAsync() => await Stop();
}
