using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Relay;

/// <summary>
/// Relays the requests of a standby to the leader. What was not sent, or may be sent again, waits until there is a leader that answers;
/// any other request that gets no answer is 503, which says whether it may have been carried out.
/// </summary>
/// <param name="leader">Returns the server that leads; <c>null</c> if none is known.</param>
/// <param name="limit">The longest time for an answer, besides what the route may wait, and for each further piece of it.</param>
/// <param name="patience">The longest time that a request waits for a leader.</param>
/// <param name="log">The log.</param>
internal sealed class LeaderRelay(Func<LeaderAddress?> leader, TimeSpan limit, TimeSpan patience, Log log) : IDisposable
{
    private const string NoLeader = "no server leads at the moment";

    // A machine that is on accepts at once.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly LeaderPool _pool = new();
    private readonly CancellationTokenSource _ended = new();
    private int _hasFailed;

    /// <summary>Responds to a request: relays it to the leader, unless it is about the health of this server.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="route">The route of the request.</param>
    /// <param name="body">The body.</param>
    /// <param name="term">Cancelled when the server stops, or ceases to stand by.</param>
    /// <returns>The response; <c>null</c> if the server stands by no more, and the request was not sent or can be repeated.</returns>
    /// <exception cref="IOException">The client has disconnected.</exception>
    public async ValueTask<ApiResponse?> RespondAsync(Exchange exchange, Route route, ReadOnlyMemory<byte> body, CancellationToken term)
    {
        if (route.Template == HealthApi.Live) return HealthApi.Ok;
        if (route.Template == HealthApi.Ready) return Ready(leader());
        if (exchange.Header(RelayHeader.Name) is not null) return Unavailable("this server stands by too");
        // The time for the answer is counted here.
        exchange.SuspendDeadline();
        var attempt = new RelayAttempt(exchange, route, body);
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, exchange.Disconnected, term);
        while (true)
        {
            var (response, failure) = leader() is { } to
                ? await TryAsync(attempt, to, term).ConfigureAwait(false) : (null, new RelayFailure(NoLeader, CanRepeat: true));
            if (response is not null) return response;
            if (exchange.Disconnected.IsCancellationRequested) throw new IOException("the client has disconnected");
            if (failure!.CanRepeat && ended.IsCancellationRequested) return null;
            if (!failure.CanRepeat || Environment.TickCount64 >= until) return Failed(failure.Reason);
            await Task.Delay(RetryInterval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends what is being relayed, because another server leads, or this one does.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _pool.Dispose();
    }

    private static ApiResponse Ready(LeaderAddress? to) => ApiResponse.Text(
        503, to is null ? $"this server stands by, and {NoLeader}" : $"this server stands by; {WebhookUrl.Origin(to.Url)} leads");

    private static ApiResponse Unavailable(string reason) =>
        ApiResponse.Text(503, $"{reason}; try again in a moment").With("Retry-After", "1").With(RelayHeader.Name, RelayHeader.StandsBy);

    // Requests may come by the thousand; the log has the first of those that fail in a row.
    private ApiResponse Failed(string reason)
    {
        if (Interlocked.Exchange(ref _hasFailed, 1) == 0) log.Error($"cannot relay requests: {reason}");
        return Unavailable(reason);
    }

    private async ValueTask<(ApiResponse? Response, RelayFailure? Failure)> TryAsync(
        RelayAttempt attempt, LeaderAddress to, CancellationToken term)
    {
        // A request whose answer does not wait for anything is finished although the server stops.
        using var time = CancellationTokenSource.CreateLinkedTokenSource(
            _ended.Token, attempt.Exchange.Disconnected, attempt.Route.LongestWait > TimeSpan.Zero ? term : CancellationToken.None);
        LeaderConnection? connection = null;
        try
        {
            time.CancelAfter(ConnectTimeout);
            connection = await _pool.RentAsync(to.Url, time.Token).ConfigureAwait(false);
            time.CancelAfter(limit + attempt.Route.LongestWait);
            var response = await new RelayExchange(attempt, to, connection, _pool, limit, _ended.Token).RunAsync(time.Token)
                .ConfigureAwait(false);
            if (response is null) return (null, new RelayFailure($"{WebhookUrl.Origin(to.Url)} stands by too", CanRepeat: true));
            Volatile.Write(ref _hasFailed, 0);
            return (response, null);
        }
        catch (Exception e) when (LeaderConnection.IsFailure(e) || e is OperationCanceledException)
        {
            var isSent = connection is not null;
            connection?.Dispose();
            return (null, isSent ? NoAnswer(attempt, to, e) : NotReached(to, e));
        }
    }

    private static RelayFailure NotReached(LeaderAddress to, Exception e)
    {
        var reason = e is OperationCanceledException ? $"no connection within {ConnectTimeout.TotalSeconds:0.#} s" : e.Message;
        return new RelayFailure($"the leader {WebhookUrl.Origin(to.Url)} cannot be reached: {reason}", CanRepeat: true);
    }

    private RelayFailure NoAnswer(RelayAttempt attempt, LeaderAddress to, Exception e)
    {
        var origin = WebhookUrl.Origin(to.Url);
        var reason = _ended.IsCancellationRequested ? $"{origin} leads no more"
            : e is OperationCanceledException ? $"no answer of the leader {origin} in time" : $"no answer of the leader {origin}: {e.Message}";
        return new RelayFailure(attempt.IsIdempotent ? reason : $"{reason}; the request may have been carried out", attempt.CanRepeat);
    }
}
