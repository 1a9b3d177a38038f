using System.Net;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Http.Bodies;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Http.Relay;
using NexRender.Listener.Http.Responses;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http;

/// <summary>Handles requests, concurrently, from any HttpListener.</summary>
internal sealed class RequestHandler(
    RequestScreen screen, ResponseWriter writer, HttpLimits limits, Log log, RefusalLog refusals,
    MemoryTrimmer trimmer) : IDisposable
{
    private readonly BodyReader _bodies = new(limits, new MemoryBudget(limits.MaxBufferedBodyBytes));
    private readonly Watchdog _watchdog = new(limits.RequestTimeout);
    private readonly RequestsInFlight _inFlight = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task? _shutdownTimeout;
    // Both belong together: the routes of a server that stands by must not be called.
    private volatile Tuple<RequestScreen, LeaderRelay?> _serving = new(screen, null);

    // Cancelled with the stop, or when another server begins or ceases to lead: then streams end, and nothing waits any longer.
    private volatile CancellationTokenSource _term = new();
    private volatile Secret? _relayToken;

    /// <summary>Decides from their heads which requests are handled.</summary>
    public RequestScreen Screen => _serving.Item1;

    /// <summary>Counts the requests that are refused before a route is called.</summary>
    public RequestCounts Unrouted { get; init; } = new();

    /// <summary>Relays the requests to the server that leads; <c>null</c> while this one does. May change at any time.</summary>
    public LeaderRelay? Relay
    {
        get => _serving.Item2;
        set => _serving = new(_serving.Item1, value);
    }

    /// <summary>Proves that another server asks for its client; <c>null</c> if no server does. May change at any time.</summary>
    public Secret? RelayToken
    {
        get => _relayToken;
        set => _relayToken = value;
    }

    /// <summary>Returns memory to the system after a burst.</summary>
    public MemoryTrimmer Trimmer => trimmer;

    /// <summary>Handles one request and closes its response; never throws.</summary>
    /// <param name="context">The request and its response.</param>
    /// <param name="gate">The endpoint of the gate that alone may send requests; <c>null</c> if clients connect directly.</param>
    public Task HandleAsync(HttpListenerContext context, InnerEndpoint? gate = null)
    {
        _inFlight.Enter();
        try
        {
            if (Open(context, gate) is { } exchange) return HandleAsync(exchange);
        }
        catch (Exception e)
        {
            Fail(context, e);
        }
        _inFlight.Leave();
        return Task.CompletedTask;
    }

    /// <summary>Logs the response to a request that was refused for what the client is or wants.</summary>
    public void LogRefusal(IRequestHead request, string remoteAddress, ApiResponse response)
    {
        if (response.Status is not (403 or 409)) return;
        var by = request.Header("nexrender-name") ?? remoteAddress;
        var message = response.Content is FixedContent { Bytes: var bytes } ? Encoding.UTF8.GetString(bytes) : "";
        refusals.Refused(request.Method, request.Target, by, response.Status, message);
    }

    /// <summary>Handles requests in another way from now on, and ends the responses that stream or wait.</summary>
    /// <param name="next">The routes, and who may use them.</param>
    /// <param name="relay">Relays the requests to the server that leads; <c>null</c> while this one does.</param>
    public void Switch(RequestScreen next, LeaderRelay? relay)
    {
        _serving = new(next, relay);
        var before = _term;
        _term = new CancellationTokenSource();
        if (_stopping.IsCancellationRequested) _term.Cancel();
        before.Cancel();
    }

    /// <summary>Ends streamed responses and starts the timeout of the stop; other requests are still handled.</summary>
    /// <returns>The timeout.</returns>
    public Task BeginStop()
    {
        _stopping.Cancel();
        _term.Cancel();
        return _shutdownTimeout ??= Task.Delay(limits.ShutdownTimeout);
    }

    /// <summary>Refuses new requests and waits for the requests in flight, until the timeout of the stop.</summary>
    public Task DrainAsync() => _inFlight.DrainAsync(BeginStop());

    /// <summary>Aborts the exchanges that have not ended. Later requests are still refused.</summary>
    public void Dispose()
    {
        Relay?.Dispose();
        _watchdog.Dispose();
        trimmer.Dispose();
    }

    private async Task HandleAsync(Exchange exchange)
    {
        try
        {
            await ServeAsync(exchange).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(exchange.Context, e);
        }
        finally
        {
            if (!exchange.IsStreamed) _inFlight.Leave();
        }
    }

    private void Fail(HttpListenerContext? context, Exception e)
    {
        log.Error($"a request failed: {Log.Describe(e)}");
        if (context is not null) FailureResponse.Send(context);
    }

    private Exchange? Open(HttpListenerContext context, InnerEndpoint? gate)
    {
        try
        {
            return new Exchange(context, limits, gate);
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
            if (_relayToken is { } token) RelayHeader.Apply(exchange, token);
            var response = await RespondAsync(exchange).ConfigureAwait(false);
            using var relayed = response.Content as IDisposable;
            LogRefusal(exchange, exchange.RemoteAddress, response);
            if (!exchange.IsBodyRead && exchange.HasBody && !exchange.IsForbidden) await _bodies.DrainAsync(exchange).ConfigureAwait(false);
            exchange.BeginWriting();
            if (response.Content is StreamedContent) await StreamAsync(exchange, response).ConfigureAwait(false);
            else await writer.WriteAsync(exchange, response, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            // A client that disconnects is not an error of the server.
            exchange.Abort();
        }
        catch (StreamFailedException e)
        {
            log.Error($"{exchange.Method} {exchange.Target} failed: {Log.Describe(e.InnerException!)}");
            await EndFailedStreamAsync(exchange).ConfigureAwait(false);
        }
        finally
        {
            // The gate waits for its end, whatever has happened.
            exchange.DetachedBody?.Abort();
            _watchdog.Forget(exchange);
            (exchange.Route?.Requests ?? Unrouted).Add(exchange.Status, exchange.Elapsed);
            if (log.LogsRequests) log.Request(exchange.Method, exchange.Target, exchange.RemoteAddress, exchange.Status, exchange.Elapsed);
        }
    }

    // A stream ends with the stop, so the stop does not wait for it.
    private async ValueTask StreamAsync(Exchange exchange, ApiResponse response)
    {
        exchange.IsStreamed = true;
        _inFlight.Leave();
        await writer.WriteAsync(exchange, response, exchange.Term).ConfigureAwait(false);
    }

    private static async ValueTask EndFailedStreamAsync(Exchange exchange)
    {
        try
        {
            await new ResponseStream(exchange).EndAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            exchange.Abort();
        }
    }

    private async ValueTask<ApiResponse> RespondAsync(Exchange exchange)
    {
        try
        {
            if (!exchange.HasBody) exchange.IsBodyRead = true;
            if (exchange.IsForbidden) return ApiResponse.Text(403, "this port is for the server itself");
            if (_inFlight.IsDraining) return ApiResponse.Text(503, "the server is stopping");
            // Before the screen and the relay are looked at: if they are switched in between, it is cancelled.
            exchange.Term = _term.Token;
            var (current, relay) = _serving;
            return current.Check(exchange, out var match) ?? await ReadAndCallAsync(exchange, match!, relay).ConfigureAwait(false);
        }
        catch (HttpStatusException e)
        {
            return ApiResponse.Text(e.Status, e.Message);
        }
    }

    private async ValueTask<ApiResponse> ReadAndCallAsync(Exchange exchange, RouteMatch match, LeaderRelay? relay)
    {
        if (!RequestScreen.ReadsBody(match.Route, exchange))
            return await RelayOrCallAsync(exchange, match, relay, null).ConfigureAwait(false);
        var body = await _bodies.ReadAsync(exchange).ConfigureAwait(false);
        try
        {
            return await RelayOrCallAsync(exchange, match, relay, body).ConfigureAwait(false);
        }
        finally
        {
            trimmer.Count(body.Count);
            _bodies.Release(body);
        }
    }

    private async ValueTask<ApiResponse> RelayOrCallAsync(Exchange exchange, RouteMatch match, LeaderRelay? relay, ArraySegment<byte>? body)
    {
        while (relay is not null)
        {
            exchange.EndReading();
            exchange.Route = match.Route;
            if (await relay.RespondAsync(exchange, match.Route, body ?? default, exchange.Term).ConfigureAwait(false) is { } relayed)
                return relayed;
            // This server leads now, or stops.
            exchange.Term = _term.Token;
            var (current, next) = _serving;
            if (_stopping.IsCancellationRequested || next == relay) return ApiResponse.Text(503, "the server is stopping");
            if (current.Check(exchange, out var found) is { } refusal) return refusal;
            (match, relay) = (found!, next);
        }
        if (body is not { } bytes) return await CallAsync(exchange, match, default).ConfigureAwait(false);
        return await CallAsync(exchange, match, MediaType.Parse(exchange.Header("content-type")).ToUtf8(bytes)).ConfigureAwait(false);
    }

    private async ValueTask<ApiResponse> CallAsync(Exchange exchange, RouteMatch match, ReadOnlyMemory<byte> body)
    {
        exchange.EndReading();
        exchange.Route = match.Route;
        var request = new ExchangeRequest(exchange, exchange.Term) { Match = match, Body = body };
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
            log.Error($"{exchange.Method} {exchange.Target} failed: {Log.Describe(e)}");
            return ApiResponse.Text(500, "internal error; the log of the server has the details");
        }
    }
}
