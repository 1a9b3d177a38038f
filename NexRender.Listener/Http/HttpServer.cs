using System.Net;
using NexRender.Listener.Http.Startup;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http;

/// <summary>Takes requests from a listener of its own and hands them to the handler.</summary>
internal sealed class HttpServer
{
    private readonly HttpListener _listener;
    private readonly RequestHandler _handler;
    private readonly Log _log;
    private volatile bool _isClosed;

    public HttpServer(HttpListener listener, RequestHandler handler, Log log)
    {
        (_listener, _handler, _log) = (listener, handler, log);
        for (var i = 0; i < Environment.ProcessorCount * 2; i++) _ = Accept();
    }

    /// <summary>
    /// Answers what is in flight and refuses everything else. The listener goes on listening: stopped, it would answer 200 to every connection
    /// that it has, whatever had been asked. It ends with the process, or with <see cref="FreePort"/>.
    /// </summary>
    public Task Drain() => _handler.Drain();

    /// <summary>
    /// Stops listening without ending the process. The listener is not closed, for the reason above; without prefixes it gives up its port,
    /// and connections that are still open get 404.
    /// </summary>
    public void FreePort()
    {
        _isClosed = true;
        _listener.Prefixes.Clear();
    }

    private async Task Accept()
    {
        // The first wait must not happen on the thread that starts the server.
        await Task.Yield();
        while (!_isClosed)
        {
            try
            {
                var context = await _listener.GetContextAsync().ConfigureAwait(false);
                _ = _handler.Handle(context);
            }
            catch (Exception e) when (!_isClosed)
            {
                _log.Error($"cannot take a request: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            }
        }
    }
}
