using System.Net;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http;

/// <summary>Answers one request after the other, from whatever listener they come.</summary>
internal sealed class RequestHandler(Router router, SecretAuthentication access, HttpLimits limits, Log log, RefusalLog refusals) : IDisposable
{
    private readonly BodyReader _bodies = new(limits, new MemoryBudget(limits.BodiesInFlight));
    private readonly Watchdog _watchdog = new(limits.Patience);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;
    private int _inFlight;

    /// <summary>Answers one request and closes its response; never throws.</summary>
    public async Task Handle(HttpListenerContext context)
    {
        // Counted before the question whether the server stops, so that the stop sees every request that got past it.
        Interlocked.Increment(ref _inFlight);
        try
        {
            var exchange = Open(context);
            if (exchange is not null) await Serve(exchange).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.Error($"a request failed: {e}");
        }
        finally
        {
            if (Interlocked.Decrement(ref _inFlight) == 0 && _isStopping) _drained.TrySetResult();
        }
    }

    /// <summary>Refuses new requests and waits for those in flight, for as long as the limits allow.</summary>
    public async Task Drain()
    {
        _isStopping = true;
        if (Volatile.Read(ref _inFlight) == 0) return;
        await Task.WhenAny(_drained.Task, Task.Delay(limits.Drain)).ConfigureAwait(false);
    }

    public void Dispose() => _watchdog.Dispose();

    private Exchange? Open(HttpListenerContext context)
    {
        try
        {
            return new Exchange(context, limits);
        }
        catch (Exception e) when (Exchange.IsGone(e))
        {
            // Among others a request without a length: the listener has answered it with 411 and closed it, and hands it out all the same.
            return null;
        }
    }

    private async ValueTask Serve(Exchange exchange)
    {
        _watchdog.Watch(exchange);
        try
        {
            var reply = await Answer(exchange).ConfigureAwait(false);
            if (reply.Status is 403 or 409) LogRefusal(exchange, reply);
            if (!exchange.IsBodyRead && exchange.Request.HasEntityBody) await _bodies.ReadAway(exchange).ConfigureAwait(false);
            exchange.EndReading();
            await ResponseWriter.Write(exchange, reply).ConfigureAwait(false);
        }
        catch (Exception e) when (Exchange.IsGone(e))
        {
            // A client that vanished is no error of the server.
            exchange.Abort();
        }
        finally
        {
            _watchdog.Forget(exchange);
            if (log.LogsRequests) log.Request(exchange.Method, exchange.Target, exchange.Peer, exchange.Status, exchange.Elapsed);
        }
    }

    private void LogRefusal(Exchange exchange, ApiResponse response)
    {
        var by = exchange.Request.Headers["nexrender-name"] ?? exchange.Peer;
        refusals.Refused(exchange.Method, exchange.Target, by, response.Status, Encoding.UTF8.GetString(response.Body));
    }

    private async ValueTask<ApiResponse> Answer(Exchange exchange)
    {
        try
        {
            var request = exchange.Request;
            if (!request.HasEntityBody) exchange.IsBodyRead = true;
            if (_isStopping) return ApiResponse.Text(503, "the server is stopping");
            if (exchange.Method == "OPTIONS") return ApiResponse.Preflight();
            if (exchange.Target.Length > limits.Target) return ApiResponse.Text(414, "the address is too long");
            var route = router.Find(exchange.Method, RequestTarget.Path(exchange.Target), out var parameter, out var refusal);
            if (route is not { IsOpen: true } && access.Check(request) is { } wrongSecret) return wrongSecret;
            if (route is null) return refusal!;
            parameter = RequestTarget.Decode(parameter);
            if (!route.MayHaveBody || (!route.HasBody && exchange.IsBodyRead)) return await Call(exchange, route, parameter, default).ConfigureAwait(false);
            if (_bodies.CheckHeaders(exchange) is var (status, message)) return ApiResponse.Text(status, message);
            var body = await _bodies.Read(exchange).ConfigureAwait(false);
            try
            {
                return await Call(exchange, route, parameter, body).ConfigureAwait(false);
            }
            finally
            {
                _bodies.Release(body);
            }
        }
        catch (HttpStatusException e)
        {
            return ApiResponse.Text(e.Status, e.Message);
        }
    }

    private async ValueTask<ApiResponse> Call(Exchange exchange, Route route, string parameter, ReadOnlyMemory<byte> body)
    {
        exchange.EndReading();
        var request = new ExchangeRequest(exchange) { Parameter = parameter, Body = body };
        try
        {
            return await route.Handler(request).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.Error($"{exchange.Method} {exchange.Target} failed: {e}");
            return ApiResponse.Text(500, "internal error; the log of the server has the details");
        }
    }
}
