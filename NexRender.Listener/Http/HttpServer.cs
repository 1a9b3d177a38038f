using System.Net;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http;

/// <summary>Takes requests from its own HttpListener and passes them to the handler.</summary>
internal sealed class HttpServer
{
    private readonly HttpListener _listener;
    private readonly RequestHandler _handler;
    private readonly Log _log;
    private volatile bool _isClosed;

    public HttpServer(HttpListener listener, RequestHandler handler, Log log)
    {
        (_listener, _handler, _log) = (listener, handler, log);
        for (var i = 0; i < Environment.ProcessorCount * 2; i++) _ = AcceptAsync();
    }

    /// <summary>
    /// Frees the port without ending the process. The listener is not stopped or closed, which would answer 200 to every open connection,
    /// whatever had been requested. Without prefixes it frees its port, and connections that are still open get 404.
    /// </summary>
    public void FreePort()
    {
        _isClosed = true;
        _listener.Prefixes.Clear();
    }

    private async Task AcceptAsync()
    {
        // The first wait must not block the thread that starts the server.
        await Task.Yield();
        while (!_isClosed)
        {
            try
            {
                var context = await _listener.GetContextAsync().ConfigureAwait(false);
                _ = _handler.HandleAsync(context);
            }
            catch (Exception e) when (!_isClosed)
            {
                _log.Error($"cannot accept a request: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }
}
