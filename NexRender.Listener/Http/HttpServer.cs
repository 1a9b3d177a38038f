using System.Net;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http;

/// <summary>Takes requests from its own HttpListener and passes them to the handler.</summary>
internal sealed class HttpServer : IFrontDoor
{
    private readonly HttpListener _listener;
    private readonly RequestHandler _handler;
    private readonly Log _log;
    private readonly InnerEndpoint? _gate;
    private volatile bool _isClosed;

    /// <param name="listener">The listener, started.</param>
    /// <param name="handler">The handler of the requests.</param>
    /// <param name="description">The address, for the log.</param>
    /// <param name="log">The log.</param>
    /// <param name="gate">The endpoint of the gate that alone may send requests; <c>null</c> if clients connect directly.</param>
    public HttpServer(HttpListener listener, RequestHandler handler, string description, Log log, InnerEndpoint? gate = null)
    {
        (_listener, _handler, Description, _log, _gate) = (listener, handler, description, log, gate);
        for (var i = 0; i < Environment.ProcessorCount * 2; i++) _ = AcceptAsync();
    }

    public string Description { get; }

    /// <summary>Not known: HttpListener does not show its connections.</summary>
    public int? OpenConnections => null;

    /// <summary>Starts a server that clients connect to directly.</summary>
    /// <exception cref="ListenException">The server cannot listen there.</exception>
    public static HttpServer Start(string? host, int port, RequestHandler handler, Log log) =>
        new(ListenerFactory.Start(host, port), handler, Describe(host, port), log);

    /// <summary>Does nothing: HttpListener cannot stop accepting without a false 200, so that the handler refuses new requests.</summary>
    public Task DrainAsync(Task timeout) => Task.CompletedTask;

    /// <summary>
    /// Frees the port without ending the process. The listener is not stopped or closed, which would answer 200 to every open connection,
    /// whatever had been requested. Without prefixes it frees its port, and connections that are still open get 404.
    /// </summary>
    public void FreePort()
    {
        _isClosed = true;
        _listener.Prefixes.Clear();
    }

    private static string Describe(string? host, int port) =>
        $"http://{host ?? "localhost"}:{port}{(host is null ? " (every interface, IPv4)" : "")}";

    private async Task AcceptAsync()
    {
        // The first wait must not block the thread that starts the server.
        await Task.Yield();
        while (!_isClosed)
        {
            try
            {
                var context = await _listener.GetContextAsync().ConfigureAwait(false);
                _ = _handler.HandleAsync(context, _gate);
            }
            catch (Exception e) when (!_isClosed)
            {
                _log.Error($"cannot accept a request: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }
}
