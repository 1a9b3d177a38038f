using System.Buffers;
using System.Runtime.CompilerServices;
using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>Relays responses of the inner listener to a client, each piece as soon as it arrives.</summary>
internal sealed class ResponseRelay(ClientSocket client, GateServices services)
{
    private const int LargeBufferSize = 64 << 10;

    private bool _isHead;
    private bool _isVersion10;
    private bool _wantsKeepAlive;
    private long _left;

    /// <summary>True if the response is a stream.</summary>
    public bool IsStream { get; private set; }

    /// <summary>True if the inner connection cannot be used again.</summary>
    public bool IsInnerClosed { get; private set; }

    /// <summary>True if the client was told that the connection stays open.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Prepares for the response to a request.</summary>
    public void Begin(RequestHead head)
    {
        (_isHead, _isVersion10, _wantsKeepAlive) = (head.IsHead, head.IsVersion10, head.KeepsAlive);
        (KeepsAlive, IsStream) = (false, false);
    }

    /// <summary>Relays the response that an inner connection receives.</summary>
    /// <param name="inner">The connection.</param>
    /// <param name="turn">The turn of the request, which ends when the response begins.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RelayResult> RelayAsync(InnerConnection inner, Turn turn)
    {
        var buffer = inner.Buffer;
        var end = InnerConnection.Headroom;
        int head, body;
        do
        {
            if (end == buffer.Length) return RelayResult.NoResponse;
            var received = await inner.ReceiveAsync(buffer.AsMemory(end)).ConfigureAwait(false);
            if (received == 0) return RelayResult.NoResponse;
            inner.Progress.Count(received);
            end += received;
        }
        while (!TryBegin(buffer, end, out head, out body));
        services.Turns.End(turn);
        if (!IsStream)
        {
            var length = (int)Math.Min(_left, end - body);
            if (!await SendAsync(buffer.AsMemory(head, body - head + length)).ConfigureAwait(false)) return RelayResult.ClientGone;
            _left -= length;
            if (end > body + length) IsInnerClosed = true;
            if (_left > 0) return await RelayRestAsync(inner).ConfigureAwait(false);
            return IsInnerClosed ? RelayResult.CompleteAndClosed : RelayResult.Complete;
        }
        services.InFlight.Leave();
        services.Streams.Enter();
        if (!await SendAsync(buffer.AsMemory(head, body - head)).ConfigureAwait(false)) return RelayResult.ClientGone;
        return RelayResult.Stream;
    }

    /// <summary>Hands the body of a stream over to the handler, and waits for its end.</summary>
    public Task<RelayResult> StreamAsync(DetachedBody body)
    {
        body.Begin(isChunked: !_isVersion10, services.Limits.Silence);
        return body.End;
    }

    // Rewrites the head directly before the body, so that the head and the first bytes of the body are sent together.
    private bool TryBegin(byte[] buffer, int end, out int start, out int body)
    {
        (start, body) = (0, 0);
        var received = buffer.AsSpan(InnerConnection.Headroom, end - InnerConnection.Headroom);
        if (!ResponseHead.TryParse(received, out var head)) return false;
        IsInnerClosed = head.Closes || head.IsAborted;
        var hasBody = !_isHead && head.MayHaveBody;
        IsStream = hasBody && head.IsStream;
        _left = hasBody && !IsStream ? head.ContentLength : 0;
        // The inner listener always gives a length, because it never ends a body by closing the connection.
        if (_left < 0) throw new IOException("a response of the inner listener has no length");
        // HTTP/1.0 has no chunks: the end of the connection is the end of the body.
        KeepsAlive = _wantsKeepAlive && !services.InFlight.IsDraining && !(_isVersion10 && IsStream);
        Span<byte> rewritten = stackalloc byte[head.Length + InnerConnection.Headroom];
        var lines = KeepsAlive ? services.KeepAliveLines : GateServices.CloseLines;
        var length = head.Rewrite(rewritten, lines, isChunked: IsStream && !_isVersion10);
        body = InnerConnection.Headroom + head.Length;
        start = body - length;
        rewritten[..length].CopyTo(buffer.AsSpan(start));
        return true;
    }

    private ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) => client.SendAsync(bytes, services.Limits.Silence);

    private async ValueTask<RelayResult> RelayRestAsync(InnerConnection inner)
    {
        var large = _left > inner.Buffer.Length ? ArrayPool<byte>.Shared.Rent(LargeBufferSize) : null;
        var buffer = large ?? inner.Buffer;
        try
        {
            while (_left > 0)
            {
                var received = await inner.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(_left, buffer.Length))).ConfigureAwait(false);
                if (received == 0) return RelayResult.Truncated;
                inner.Progress.Count(received);
                if (!await SendAsync(buffer.AsMemory(0, received)).ConfigureAwait(false)) return RelayResult.ClientGone;
                _left -= received;
            }
            return IsInnerClosed ? RelayResult.CompleteAndClosed : RelayResult.Complete;
        }
        catch (Exception e) when (InnerConnection.IsFailure(e))
        {
            return RelayResult.Truncated;
        }
        finally
        {
            if (large is not null) ArrayPool<byte>.Shared.Return(large);
        }
    }
}
