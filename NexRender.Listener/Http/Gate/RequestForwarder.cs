using System.Net.Sockets;
using System.Runtime.CompilerServices;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Gate;

/// <summary>Forwards the requests of a connection to the inner listener, and relays the responses.</summary>
internal sealed class RequestForwarder(ClientSocket client, InputBuffer input, GateServices services)
{
    // A second send costs more than copying this much.
    private const int MaxCopiedBody = 8 << 10;

    private readonly ResponseRelay _relay = new(client, services);
    private Turn? _turn;

    /// <summary>True if the client was told that the connection stays open after the last response.</summary>
    public bool KeepsAlive => _relay.KeepsAlive;

    /// <summary>True if the last response was a stream, which has left the requests in flight.</summary>
    public bool WasStream => _relay.IsStream;

    /// <summary>Prepares for a request.</summary>
    public void Begin(RequestHead head) => _relay.Begin(head);

    /// <summary>Forwards a request, consumes it from the input, and relays its response.</summary>
    /// <param name="head">The head, which the input begins with.</param>
    /// <param name="body">The body; <c>null</c> if the input has it after the head.</param>
    /// <exception cref="HttpStatusException">The request cannot be forwarded.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<RelayResult> ForwardAsync(RequestHead head, BodyBuffer? body)
    {
        _turn = await services.Turns.BeginAsync().ConfigureAwait(false);
        var inner = await RentAsync().ConfigureAwait(false);
        var result = RelayResult.NoResponse;
        DetachedBody? stream = null;
        try
        {
            inner.Client = client;
            await SendAsync(inner, head, body).ConfigureAwait(false);
            client.Watch(inner);
            input.StartFill();
            result = await _relay.RelayAsync(inner, _turn).ConfigureAwait(false);
            if (_relay.IsStream) stream = inner.TakeBody();
        }
        catch (Exception e) when (InnerConnection.IsFailure(e))
        {
            // The result tells that there was no response.
        }
        finally
        {
            var isIntact = client.Unwatch();
            if (isIntact && result is (RelayResult.Complete or RelayResult.Stream) && !_relay.IsInnerClosed) services.Pool.Return(inner);
            else services.Pool.Discard(inner);
        }
        if (result == RelayResult.Stream) return stream is null ? RelayResult.ClientGone : await StreamAsync(stream).ConfigureAwait(false);
        stream?.Abort();
        return result;
    }

    /// <summary>Ends the turn of the last request.</summary>
    public void EndTurn()
    {
        if (_turn is not null) services.Turns.End(_turn);
        _turn = null;
    }

    private async ValueTask<RelayResult> StreamAsync(DetachedBody body)
    {
        client.Watch(body);
        var result = await _relay.StreamAsync(body).ConfigureAwait(false);
        return client.Unwatch() ? result : RelayResult.ClientGone;
    }

    private async ValueTask<InnerConnection> RentAsync()
    {
        try
        {
            return await services.Pool.RentAsync().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            services.Log.Error($"cannot connect to the inner listener: {e.Message}");
            throw new HttpStatusException(503, "the server cannot process requests at the moment");
        }
    }

    private async ValueTask SendAsync(InnerConnection inner, RequestHead head, BodyBuffer? body)
    {
        var inInput = body is null && head.ContentLength > 0 ? (int)head.ContentLength : 0;
        var isCopied = body is not null && body.Length <= MaxCopiedBody;
        var length = Write(inner, head, inInput, body, isCopied);
        input.Consume(head.Length + inInput);
        await inner.SendAllAsync(inner.Buffer.AsMemory(0, length)).ConfigureAwait(false);
        if (body is null || isCopied || head.IsHead) return;
        var segments = 0;
        foreach (var segment in body.Drain())
        {
            await inner.SendAllAsync(segment).ConfigureAwait(false);
            if (++segments % InlineCompletion.MaxBurst == 0) await Task.Yield();
        }
    }

    // Writes the head and a small body into the buffer of the inner connection, so that they leave together.
    private int Write(InnerConnection inner, RequestHead head, int inInput, BodyBuffer? body, bool isCopied)
    {
        var writer = new ByteWriter(inner.Buffer);
        try
        {
            var bodyLength = head.IsHead ? 0 : body?.Length ?? inInput;
            InnerRequest.WriteHead(ref writer, services.Pool.Endpoint, head, inner.Number, client.AddressBytes, bodyLength);
            if (head.IsHead) return writer.Length;
            writer.Append(input.Bytes.AsSpan(head.Length, inInput));
            if (!isCopied) return writer.Length;
            foreach (var segment in body!.Drain()) writer.Append(segment.Span);
            return writer.Length;
        }
        finally
        {
            inner.Buffer = writer.Buffer;
        }
    }
}
