using NexRender.Listener.Http.Gate;
using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Http.Relay;

/// <summary>The body of a response of the leader, with the connection that it comes on.</summary>
internal sealed class LeaderBody : IDisposable
{
    private readonly LeaderConnection _connection;
    private readonly LeaderPool _pool;
    private readonly CancellationToken _ended;
    private readonly ChunkedDecoder? _decoder;
    private readonly bool _closes;
    private long _left;
    private int _isReleased;

    /// <param name="connection">The connection, which the body owns from here on.</param>
    /// <param name="response">The head of the response.</param>
    /// <param name="hasBody">False if nothing follows the head.</param>
    /// <param name="pool">Takes the connection back.</param>
    /// <param name="ended">Cancelled when the server is no longer the leader.</param>
    public LeaderBody(
        LeaderConnection connection, LeaderResponse response, bool hasBody, LeaderPool pool, CancellationToken ended)
    {
        (_connection, _pool, _ended, _closes) = (connection, pool, ended, response.Closes);
        if (hasBody && response.Length < 0) _decoder = new ChunkedDecoder(new GateLimits());
        if (hasBody) _left = Math.Max(0, response.Length);
    }

    private bool IsDone => _decoder?.IsDone ?? _left == 0;

    /// <summary>Reads the body to its end.</summary>
    /// <param name="write">Takes the pieces, in their order.</param>
    /// <param name="silence">The longest time without a piece.</param>
    /// <param name="cancellation">Cancelled when the body is no longer needed.</param>
    /// <exception cref="LeaderLostException">The body ends before its end.</exception>
    public async ValueTask CopyAsync(Func<ReadOnlyMemory<byte>, ValueTask> write, TimeSpan silence, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended);
        while (!IsDone)
        {
            var piece = ReadOnlyMemory<byte>.Empty;
            try
            {
                ended.CancelAfter(silence);
                if (_connection.Received.IsEmpty) await _connection.ReceiveAsync(ended.Token).ConfigureAwait(false);
                piece = Take(_connection.Received);
                ended.CancelAfter(Timeout.InfiniteTimeSpan);
            }
            catch (Exception e) when (LeaderConnection.IsFailure(e) || e is OperationCanceledException or HttpStatusException)
            {
                throw new LeaderLostException("the leader's answer ended early", e);
            }
            // Valid until more is received; empty if what was received is framing only.
            if (!piece.IsEmpty) await write(piece).ConfigureAwait(false);
        }
        if (Interlocked.Exchange(ref _isReleased, 1) != 0) return;
        if (_closes) _connection.Dispose();
        else _pool.Return(_connection);
    }

    /// <summary>Closes the connection if the body was not read to its end.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0) _connection.Dispose();
    }

    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> received)
    {
        if (_decoder is null)
        {
            var length = (int)Math.Min(_left, received.Length);
            _left -= length;
            _connection.Consume(length);
            return received[..length];
        }
        var at = _decoder.Read(received.Span, out var data);
        _connection.Consume(at);
        return received.Slice(at - data.Length, data.Length);
    }
}
