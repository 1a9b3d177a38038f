using System.Buffers;
using System.Runtime.CompilerServices;
using NexRender.Listener.Http.Gate.Framing;

namespace NexRender.Listener.Http.Gate.Inner;

/// <summary>Relays responses of the inner listener to a client as they are received; reused for all requests of a connection.</summary>
internal sealed class ResponseRelay(ClientSocket client, GateServices services)
{
    private const int LargeBuffer = 64 << 10;

    private bool _isHead;
    private bool _isVersion10;
    private bool _wantsKeepAlive;
    private bool _isClosedInside;
    private long _left;
    private ChunkedDecoder? _decoder;

    /// <summary>The status code of the response.</summary>
    public int Status { get; private set; }

    /// <summary>True if the response announces a persistent connection.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>Prepares the relay for the response to a request.</summary>
    public void Begin(RequestHead head)
    {
        (_isHead, _isVersion10, _wantsKeepAlive) = (head.Method.SequenceEqual("HEAD"u8), head.IsVersion10, head.KeepsAlive);
        (Status, KeepsAlive, _decoder) = (0, false, null);
    }

    /// <summary>Relays the response of an inner connection.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RelayResult> RelayAsync(InnerConnection inner)
    {
        var buffer = inner.Buffer;
        var end = InnerConnection.Headroom;
        int head, body;
        do
        {
            if (end == buffer.Length) return RelayResult.Unanswered;
            var received = await inner.ReceiveAsync(buffer.AsMemory(end)).ConfigureAwait(false);
            if (received == 0) return RelayResult.Unanswered;
            end += received;
        }
        while (!TryBegin(buffer, end, out head, out body));
        if (_decoder is null)
        {
            var length = (int)Math.Min(_left, end - body);
            if (!await SendAsync(buffer.AsMemory(head, body - head + length)).ConfigureAwait(false)) return RelayResult.ClientGone;
            _left -= length;
            if (end > body + length) _isClosedInside = true;
            if (_left > 0) return await RelayRestAsync(inner).ConfigureAwait(false);
            return _isClosedInside ? RelayResult.CompleteAndClosed : RelayResult.Complete;
        }
        if (!await SendAsync(buffer.AsMemory(head, body - head)).ConfigureAwait(false)) return RelayResult.ClientGone;
        return await RelayChunksAsync(inner, body, end).ConfigureAwait(false);
    }

    // The head is rewritten in place, so that it is sent together with the received part of the body.
    private bool TryBegin(byte[] buffer, int end, out int start, out int body)
    {
        (start, body) = (0, 0);
        var received = buffer.AsSpan(InnerConnection.Headroom, end - InnerConnection.Headroom);
        if (!ResponseHead.TryParse(received, out var head)) return false;
        Status = head.Status;
        _isClosedInside = head.Closes;
        var hasBody = !_isHead && head.MayHaveBody;
        _left = hasBody && !head.IsChunked ? head.ContentLength : 0;
        // A body without a length would end with the connection, which the inner listener never uses.
        if (_left < 0) throw new IOException("a response of the inner listener has no length");
        _decoder = hasBody && head.IsChunked ? new ChunkedDecoder(services.Limits) : null;
        // HTTP/1.0 does not support chunked bodies: there closing the connection ends the body.
        KeepsAlive = _wantsKeepAlive && !services.InFlight.IsDraining && !(_isVersion10 && _decoder is not null);
        Span<byte> rewritten = stackalloc byte[head.Length + InnerConnection.Headroom];
        var length =
            head.Rewrite(rewritten, KeepsAlive ? services.KeepAliveLines : GateServices.CloseLines, _decoder is not null && !_isVersion10);
        body = InnerConnection.Headroom + head.Length;
        start = body - length;
        rewritten[..length].CopyTo(buffer.AsSpan(start));
        return true;
    }

    private ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes) => client.SendAsync(bytes, services.Limits.Silence);

    private async ValueTask<RelayResult> RelayRestAsync(InnerConnection inner)
    {
        var large = _left > inner.Buffer.Length ? ArrayPool<byte>.Shared.Rent(LargeBuffer) : null;
        var buffer = large ?? inner.Buffer;
        try
        {
            while (_left > 0)
            {
                var received = await inner.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(_left, buffer.Length))).ConfigureAwait(false);
                if (received == 0) return RelayResult.Cut;
                if (!await SendAsync(buffer.AsMemory(0, received)).ConfigureAwait(false)) return RelayResult.ClientGone;
                _left -= received;
            }
            return _isClosedInside ? RelayResult.CompleteAndClosed : RelayResult.Complete;
        }
        catch (Exception e) when (InnerConnection.IsFailure(e))
        {
            return RelayResult.Cut;
        }
        finally
        {
            if (large is not null) ArrayPool<byte>.Shared.Return(large);
        }
    }

    private async ValueTask<RelayResult> RelayChunksAsync(InnerConnection inner, int start, int end)
    {
        var buffer = inner.Buffer;
        try
        {
            while (true)
            {
                var at = start;
                while (at < end && !_decoder!.IsDone)
                {
                    var read = _decoder.Read(buffer.AsSpan(at, end - at), out var data);
                    at += read;
                    // HTTP/1.1 clients receive the chunks unchanged, HTTP/1.0 clients only the data.
                    var length = _isVersion10 ? data.Length : 0;
                    if (length > 0 && !await SendAsync(buffer.AsMemory(at - length, length)).ConfigureAwait(false))
                        return RelayResult.ClientGone;
                }
                if (!_isVersion10 && at > start && !await SendAsync(buffer.AsMemory(start, at - start)).ConfigureAwait(false))
                    return RelayResult.ClientGone;
                if (_decoder!.IsDone) return _isClosedInside || at < end ? RelayResult.CompleteAndClosed : RelayResult.Complete;
                start = 0;
                end = await inner.ReceiveAsync(buffer).ConfigureAwait(false);
                if (end == 0) return RelayResult.Cut;
            }
        }
        catch (Exception e) when (InnerConnection.IsFailure(e) || e is HttpStatusException)
        {
            return RelayResult.Cut;
        }
    }
}
