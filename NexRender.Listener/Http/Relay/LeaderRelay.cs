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
    private readonly Lock _lock = new();
    private CancellationTokenSource _leading = new();
    private Uri? _leader;
    private int _hasFailed;

    /// <summary>Responds to a request: relays it to the leader, unless it is about the health of this server.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="route">The route of the request.</param>
    /// <param name="body">The body.</param>
    /// <param name="term">Cancelled when the server stops, or ceases to stand by.</param>
    /// <returns>The response; <c>null</c> if the server no longer stands by, and the request was not sent or can be repeated.</returns>
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
            if (leader() is not { } to) attempt.NotSent(NoLeader);
            else if (await TryAsync(attempt, to, term).ConfigureAwait(false) is { } response) return response;
            if (exchange.Disconnected.IsCancellationRequested) throw new IOException("the client has disconnected");
            if (attempt.CanRepeat && ended.IsCancellationRequested) return null;
            if (!attempt.CanRepeat || Environment.TickCount64 >= until) return Failed(attempt.Failure);
            await Task.Delay(RetryInterval, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends what is being relayed, because another server leads, or this one does.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        lock (_lock) _leading.Cancel();
        _pool.Dispose();
    }

    // Ends what is being relayed to another server than the leader: one that stands still would be waited for.
    private CancellationToken Follow(LeaderAddress to)
    {
        CancellationTokenSource? before = null;
        lock (_lock)
        {
            if (_leader is not null && _leader != to.Url && !_ended.IsCancellationRequested) (before, _leading) = (_leading, new());
            _leader = to.Url;
            before?.CancelAsync();
            return _leading.Token;
        }
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

    // Returns null if no response was received; the attempt has the reason.
    private async ValueTask<ApiResponse?> TryAsync(RelayAttempt attempt, LeaderAddress to, CancellationToken term)
    {
        var leads = Follow(to);
        // A request whose answer does not wait for anything is finished although the server stops.
        using var time = CancellationTokenSource.CreateLinkedTokenSource(
            leads, attempt.Exchange.Disconnected, attempt.Route.LongestWait > TimeSpan.Zero ? term : CancellationToken.None);
        LeaderConnection? connection = null;
        try
        {
            time.CancelAfter(ConnectTimeout);
            connection = await _pool.RentAsync(to.Url, time.Token).ConfigureAwait(false);
            time.CancelAfter(limit + attempt.Route.LongestWait);
            var exchange = new RelayExchange(attempt, to, connection, _pool, limit, leads);
            var response = await exchange.RunAsync(time.Token).ConfigureAwait(false);
            if (response is null) attempt.NotSent($"{WebhookUrl.Origin(to.Url)} stands by too");
            else Volatile.Write(ref _hasFailed, 0);
            return response;
        }
        catch (Exception e) when (LeaderConnection.IsFailure(e) || e is OperationCanceledException)
        {
            Explain(attempt, WebhookUrl.Origin(to.Url), e, connection is not null, leads.IsCancellationRequested);
            connection?.Dispose();
            return null;
        }
    }

    private static void Explain(RelayAttempt attempt, string origin, Exception e, bool isSent, bool isReplaced)
    {
        var isLate = e is OperationCanceledException;
        if (!isSent) attempt.NotSent($"the leader {origin} cannot be reached: {(isLate ? "it does not accept connections" : e.Message)}");
        else if (isReplaced) attempt.NoAnswer($"{origin} is no longer the leader");
        else attempt.NoAnswer(isLate ? $"no answer of the leader {origin} in time" : $"no answer of the leader {origin}: {e.Message}");
    }
}
