using System.Buffers;
using System.Net.Sockets;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Relay;

/// <summary>
/// Relays the requests of a standby to the leader. A request is sent again only if it changes nothing; everything else that gets no answer
/// is 503, which says whether the request may have been carried out.
/// </summary>
/// <param name="leader">Returns the server that leads; <c>null</c> if none is known.</param>
/// <param name="limit">The longest time for an answer, besides what the route may wait, and for each further piece of it.</param>
/// <param name="log">The log.</param>
internal sealed class LeaderRelay(Func<LeaderAddress?> leader, TimeSpan limit, Log log) : IDisposable
{
    // Larger bodies are relayed piece by piece.
    private const int MaxWhole = 64 << 10;

    // A machine that is on accepts at once.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    // An open stream is not silent for longer than the period of its pings.
    private static readonly TimeSpan StreamSilence = TimeSpan.FromSeconds(45);

    private const string Circle = "another server relayed the request to this one, which stands by";

    private readonly LeaderPool _pool = new();
    private readonly CancellationTokenSource _ended = new();
    private int _isUnreachable;

    /// <summary>Responds to a request: relays it to the leader, unless it is about the health of this server.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="route">The route of the request.</param>
    /// <param name="body">The body.</param>
    /// <param name="stopping">Cancelled when the server stops: a response that waits for something must be sent then.</param>
    /// <exception cref="IOException">The client has disconnected.</exception>
    public async ValueTask<ApiResponse> RespondAsync(
        Exchange exchange, Route route, ReadOnlyMemory<byte> body, CancellationToken stopping)
    {
        if (route.Template == HealthApi.Live) return HealthApi.Ok;
        var to = leader();
        if (route.Template == HealthApi.Ready) return Ready(to);
        if (to is null) return Unavailable("no server leads at the moment");
        if (exchange.Header(RelayHeader.Name) is not null) return Unavailable(Circle);
        // The time for the answer is counted here.
        exchange.SuspendDeadline();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(
            _ended.Token, exchange.Disconnected, route.LongestWait > TimeSpan.Zero ? stopping : CancellationToken.None);
        try
        {
            return await RelayAsync(new RelayAttempt(exchange, route, to), body, time).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (exchange.Disconnected.IsCancellationRequested)
        {
            throw new IOException("the client has disconnected");
        }
    }

    /// <summary>Ends what is being relayed, because another server leads, or this one does.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _pool.Dispose();
    }

    private static ApiResponse Ready(LeaderAddress? to) => ApiResponse.Text(
        503, to is null ? "this server stands by, and no server leads" : $"this server stands by; {WebhookUrl.Origin(to.Url)} leads");

    private static ApiResponse Unavailable(string reason) =>
        ApiResponse.Text(503, $"{reason}; try again in a moment").With("Retry-After", "1");

    private async ValueTask<ApiResponse> RelayAsync(RelayAttempt attempt, ReadOnlyMemory<byte> body, CancellationTokenSource time)
    {
        while (true)
        {
            LeaderConnection connection;
            try
            {
                time.CancelAfter(ConnectTimeout);
                connection = await _pool.RentAsync(attempt.Leader.Url, attempt.IsRepeated, time.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (LeaderConnection.IsFailure(e) || e is OperationCanceledException)
            {
                return NotReached(attempt, e);
            }
            try
            {
                time.CancelAfter(limit + attempt.Route.LongestWait);
                return await ExchangeAsync(attempt, connection, body, time.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (LeaderConnection.IsFailure(e) || e is OperationCanceledException)
            {
                connection.Dispose();
                if (e is OperationCanceledException || !attempt.CanRepeat(connection)) return NoAnswer(attempt, e);
                attempt = attempt with { IsRepeated = true };
            }
        }
    }

    private async ValueTask<ApiResponse> ExchangeAsync(
        RelayAttempt attempt, LeaderConnection connection, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var (exchange, isHead) = (attempt.Exchange, attempt.Exchange.Method == "HEAD");
        await SendAsync(attempt, connection, body, cancellation).ConfigureAwait(false);
        LeaderResponse response;
        using (exchange.Closed.UnsafeRegister(static sent => ((LeaderConnection)sent!).EndSending(), connection))
            response = await connection.ReadHeadAsync(isHead, cancellation).ConfigureAwait(false);
        Volatile.Write(ref _isUnreachable, 0);
        // A connection whose sending direction may be closed is not used again.
        if (exchange.HasClosed) response = response with { Closes = true };
        var content = new LeaderBody(connection, response, hasBody: !isHead && response.Length != 0, _pool, _ended.Token);
        return ApiResponse.Relayed(
            response.Status, response.ContentType, await ReadAsync(response, content, isHead).ConfigureAwait(false), response.Fields);
    }

    private static async ValueTask SendAsync(
        RelayAttempt attempt, LeaderConnection connection, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var head = RelayRequest.Write(attempt.Exchange, attempt.Leader, WebhookUrl.HostAndPort(attempt.Leader.Url), body.Length);
        try
        {
            await connection.SendAsync(head, cancellation).ConfigureAwait(false);
            if (!body.IsEmpty) await connection.SendAsync(body, cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head.Array!);
        }
    }

    private async ValueTask<ResponseContent> ReadAsync(LeaderResponse response, LeaderBody body, bool isHead)
    {
        if (response.Length < 0 && !isHead) return new RelayedStream(body, StreamSilence);
        if (response.Length > MaxWhole && !isHead) return new RelayedContent(body, response.Length, limit);
        var whole = new byte[isHead ? 0 : response.Length];
        var at = 0;
        await body.CopyAsync(Append, limit, CancellationToken.None).ConfigureAwait(false);
        return isHead ? new RelayedContent(body, Math.Max(0, response.Length), limit) : new FixedContent(whole);

        ValueTask Append(ReadOnlyMemory<byte> piece)
        {
            piece.CopyTo(whole.AsMemory(at));
            at += piece.Length;
            return ValueTask.CompletedTask;
        }
    }

    private ApiResponse NotReached(RelayAttempt attempt, Exception e)
    {
        if (attempt.Exchange.Disconnected.IsCancellationRequested) throw new IOException("the client has disconnected", e);
        var origin = WebhookUrl.Origin(attempt.Leader.Url);
        var reason = e is OperationCanceledException ? $"no connection within {ConnectTimeout.TotalSeconds:0.#} s" : e.Message;
        return Failed($"the leader {origin} cannot be reached: {reason}");
    }

    private ApiResponse NoAnswer(RelayAttempt attempt, Exception e)
    {
        if (attempt.Exchange.Disconnected.IsCancellationRequested) throw new IOException("the client has disconnected", e);
        var origin = WebhookUrl.Origin(attempt.Leader.Url);
        var reason = _ended.IsCancellationRequested ? $"{origin} leads no more"
            : e is OperationCanceledException ? $"no answer of the leader {origin} in time"
            : $"no answer of the leader {origin}: {e.Message}";
        return Failed(attempt.IsIdempotent ? reason : $"{reason}; the request may have been carried out");
    }

    // Requests may come by the thousand; the log has the first of those that fail in a row.
    private ApiResponse Failed(string reason)
    {
        if (Interlocked.Exchange(ref _isUnreachable, 1) == 0) log.Error(reason);
        return Unavailable(reason);
    }
}
