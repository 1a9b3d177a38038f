using System.Buffers;
using NexRender.Listener.Api;
using NexRender.Listener.Api.Content;
using NexRender.Listener.Farm.Hooks.Sending;

namespace NexRender.Listener.Http.Relay;

/// <summary>Sends one request on a connection to the leader, and receives the response.</summary>
/// <param name="attempt">The request.</param>
/// <param name="leader">The leader.</param>
/// <param name="connection">The connection.</param>
/// <param name="pool">Takes the connection back once the body has been read.</param>
/// <param name="silence">The longest time without a piece of the body.</param>
/// <param name="ended">Cancelled when the server is no longer the leader.</param>
internal sealed class RelayExchange(
    RelayAttempt attempt, LeaderAddress leader, LeaderConnection connection, LeaderPool pool, TimeSpan silence, CancellationToken ended)
{
    // Larger bodies are relayed piece by piece.
    private const int MaxWhole = 64 << 10;

    // An open stream is not silent for longer than the period of its pings.
    private static readonly TimeSpan StreamSilence = TimeSpan.FromSeconds(45);

    /// <summary>Sends the request and receives the response, but for what is relayed piece by piece.</summary>
    /// <returns>The response; <c>null</c> if the server stands by, and has not carried out the request.</returns>
    /// <exception cref="IOException">The connection has ended, or the response is not valid.</exception>
    /// <exception cref="OperationCanceledException">No response was received in time.</exception>
    public async ValueTask<ApiResponse?> RunAsync(CancellationToken cancellation)
    {
        var request = RelayRequest.Write(attempt.Exchange, leader, WebhookUrl.HostAndPort(leader.Url), attempt.Body.Length);
        LeaderResponse? response;
        try
        {
            await connection.SendAsync(request, cancellation).ConfigureAwait(false);
            if (!attempt.Body.IsEmpty) await connection.SendAsync(attempt.Body, cancellation).ConfigureAwait(false);
            using var closed = attempt.Exchange.Closed.UnsafeRegister(
                static sent => ((LeaderConnection)sent!).EndSending(), connection);
            while ((response = connection.TakeHead(attempt.IsHead)) is null)
                await connection.ReceiveAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(request.Array!);
        }
        // A connection whose sending direction may be closed is not used again.
        response.Closes |= attempt.Exchange.HasClosed;
        var body = new LeaderBody(connection, response, hasBody: !attempt.IsHead && response.Length != 0, pool, ended);
        var content = await ReadAsync(response, body).ConfigureAwait(false);
        return response.StandsBy ? null : ApiResponse.Relayed(response.Status, response.ContentType, content, response.Fields);
    }

    private async ValueTask<ResponseContent> ReadAsync(LeaderResponse response, LeaderBody body)
    {
        if (response.Length < 0 && !attempt.IsHead) return new RelayedStream(body, StreamSilence);
        if (response.Length > MaxWhole && !attempt.IsHead) return new RelayedContent(body, response.Length, silence);
        var whole = new byte[attempt.IsHead ? 0 : response.Length];
        var at = 0;
        await body.CopyAsync(Append, silence, CancellationToken.None).ConfigureAwait(false);
        return attempt.IsHead ? new RelayedContent(body, Math.Max(0, response.Length), silence) : new FixedContent(whole);

        ValueTask Append(ReadOnlyMemory<byte> piece)
        {
            piece.CopyTo(whole.AsMemory(at));
            at += piece.Length;
            return ValueTask.CompletedTask;
        }
    }
}
