using System.Net;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http;

/// <summary>Handles requests, concurrently, from any HttpListener.</summary>
internal sealed class RequestHandler(
    Router router, SecretAuthentication authentication, ResponseWriter writer, HttpLimits limits, Log log, RefusalLog refusals)
    : IDisposable
{
    private readonly BodyReader _bodies = new(limits, new MemoryBudget(limits.MaxBufferedBodyBytes));
    private readonly Watchdog _watchdog = new(limits.RequestTimeout);
    private readonly RequestsInFlight _inFlight = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Handles one request and closes its response; never throws.</summary>
    public async Task HandleAsync(HttpListenerContext context)
    {
        _inFlight.Enter();
        Exchange? exchange = null;
        try
        {
            exchange = Open(context);
            if (exchange is not null) await ServeAsync(exchange).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.Error($"a request failed: {e}");
        }
        finally
        {
            if (exchange is not { IsStreamed: true }) _inFlight.Leave();
        }
    }

    /// <summary>Refuses new requests, ends streamed responses, and waits for the requests in flight, within the limits.</summary>
    public async Task DrainAsync()
    {
        var drained = _inFlight.DrainAsync(limits.ShutdownTimeout);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await drained.ConfigureAwait(false);
    }

    /// <summary>Aborts the exchanges that have not ended. Later requests are still refused.</summary>
    public void Dispose() => _watchdog.Dispose();

    private Exchange? Open(HttpListenerContext context)
    {
        try
        {
            return new Exchange(context, limits);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            // For one, HttpListener hands out requests without a length, although it has answered them with 411 and closed them.
            return null;
        }
    }

    private async ValueTask ServeAsync(Exchange exchange)
    {
        _watchdog.Watch(exchange);
        try
        {
            var response = await RespondAsync(exchange).ConfigureAwait(false);
            if (response.Status is 403 or 409) LogRefusal(exchange, response);
            if (!exchange.IsBodyRead && exchange.Request.HasEntityBody) await _bodies.DrainAsync(exchange).ConfigureAwait(false);
            exchange.EndReading();
            // A stream ends with the stop, so the stop does not wait for it.
            if (response.Content is StreamedContent)
            {
                exchange.IsStreamed = true;
                _inFlight.Leave();
            }
            await writer.WriteAsync(exchange, response, _stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            // A client that disconnects is not an error of the server.
            exchange.Abort();
        }
        catch (StreamFailedException e)
        {
            log.Error($"{exchange.Method} {exchange.Target} failed: {e.InnerException}");
            exchange.EndStream();
        }
        finally
        {
            _watchdog.Forget(exchange);
            if (log.LogsRequests) log.Request(exchange.Method, exchange.Target, exchange.RemoteAddress, exchange.Status, exchange.Elapsed);
        }
    }

    private void LogRefusal(Exchange exchange, ApiResponse response)
    {
        var by = exchange.Request.Headers["nexrender-name"] ?? exchange.RemoteAddress;
        var message = response.Content is FixedContent { Bytes: var bytes } ? Encoding.UTF8.GetString(bytes) : "";
        refusals.Refused(exchange.Method, exchange.Target, by, response.Status, message);
    }

    private async ValueTask<ApiResponse> RespondAsync(Exchange exchange)
    {
        try
        {
            if (!exchange.Request.HasEntityBody) exchange.IsBodyRead = true;
            if (_inFlight.IsDraining) return ApiResponse.Text(503, "the server is stopping");
            if (exchange.Method == "OPTIONS") return ApiResponse.Preflight();
            if (exchange.Target.Length > limits.MaxRequestTargetLength) return ApiResponse.Text(414, "the address is too long");
            var match = router.Find(exchange.Method, RequestTarget.Path(exchange.Target), out var refusal);
            if (match is not { Route.AllowsAnonymous: true } && authentication.Check(exchange.Request) is { } forbidden) return forbidden;
            if (match is null) return refusal!;
            for (var i = 0; i < match.Values.Length; i++) match.Values[i] = RequestTarget.Decode(match.Values[i]);
            return await ReadAndCallAsync(exchange, match).ConfigureAwait(false);
        }
        catch (HttpStatusException e)
        {
            return ApiResponse.Text(e.Status, e.Message);
        }
    }

    private async ValueTask<ApiResponse> ReadAndCallAsync(Exchange exchange, RouteMatch match)
    {
        var hasBody = match.Route.HasBody || (match.Route.MayHaveBody && !exchange.IsBodyRead);
        if (!hasBody) return await CallAsync(exchange, match, default).ConfigureAwait(false);
        if (_bodies.CheckHeaders(exchange) is var (status, message)) return ApiResponse.Text(status, message);
        var body = await _bodies.ReadAsync(exchange).ConfigureAwait(false);
        try
        {
            return await CallAsync(exchange, match, body).ConfigureAwait(false);
        }
        finally
        {
            _bodies.Release(body);
        }
    }

    private async ValueTask<ApiResponse> CallAsync(Exchange exchange, RouteMatch match, ReadOnlyMemory<byte> body)
    {
        exchange.EndReading();
        var request = new ExchangeRequest(exchange) { Match = match, Body = body };
        try
        {
            return await match.Route.Handler(request).ConfigureAwait(false);
        }
        catch (InvalidQueryException e)
        {
            return ApiResponse.Text(400, e.Message);
        }
        catch (Exception e)
        {
            log.Error($"{exchange.Method} {exchange.Target} failed: {e}");
            return ApiResponse.Text(500, "internal error; the log of the server has the details");
        }
    }
}
