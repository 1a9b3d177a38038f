using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Http.Gate.Inner;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Http.Gate;

/// <summary>A client connection: receives its requests one by one, forwards each to the inner listener and relays the response.</summary>
internal sealed class ClientConnection
{
    private readonly GateServices _services;
    private readonly ClientSocket _client;
    private readonly InputBuffer _input;
    private readonly HeadParser _parser;
    private readonly ResponseRelay _relay;
    private (string Method, string Target) _logged = ("-", "-");
    private long _startedAt;
    private bool _isHead;
    private volatile bool _isInRequest;

    public ClientConnection(Socket socket, IPAddress address, GateServices services)
    {
        _services = services;
        Address = address;
        _client = new ClientSocket(socket, address);
        _input = new InputBuffer(_client);
        _parser = new HeadParser(services.Limits);
        _relay = new ResponseRelay(_client, services);
    }

    public IPAddress Address { get; }

    /// <summary>The index in the <see cref="ConnectionSet"/>.</summary>
    public int Index { get; set; }

    private GateLimits Limits => _services.Limits;

    /// <summary>Serves requests until the connection ends; never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            var time = Limits.FirstHead;
            while (await ServeNextAsync(time).ConfigureAwait(false)) time = Limits.Idle;
            await _client.FinishAsync(_input.TakePending(), Limits.Linger).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _services.Log.Error($"a connection of {_client.AddressText} failed: {e.GetType().Name}: {e.Message}");
            _client.Reset();
        }
        finally
        {
            _client.Dispose();
            _input.Release();
        }
    }

    /// <summary>Sends an error response without reading a request, and closes the connection; never throws.</summary>
    public async Task RefuseAsync(int status, string message)
    {
        await RefuseAsync(ApiResponse.Text(status, message)).ConfigureAwait(false);
        await _client.FinishAsync(null, Limits.Linger).ConfigureAwait(false);
        _client.Dispose();
        _input.Release();
    }

    /// <summary>Closes the connection immediately.</summary>
    public void Abort() => _client.Dispose();

    /// <summary>Ends operations whose deadline has passed.</summary>
    public void CheckTime(long now) => _client.CheckTime(now, Limits.HalfClosed);

    /// <summary>Closes the connection: at once if it is idle, after the response if a request is in flight.</summary>
    public void Stop()
    {
        if (!_isInRequest) _client.Stop();
    }

    // Returns false if the connection is to be closed.
    private async ValueTask<bool> ServeNextAsync(TimeSpan time)
    {
        try
        {
            return await ReceiveHeadAsync(time).ConfigureAwait(false) && await ServeAsync().ConfigureAwait(false);
        }
        catch (HttpStatusException refusal)
        {
            await RefuseAsync(ApiResponse.Text(refusal.Status, refusal.Message)).ConfigureAwait(false);
            return false;
        }
    }

    // Returns false if the connection ends before a request; no response is due then.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveHeadAsync(TimeSpan time)
    {
        _parser.Reset();
        (_isHead, _logged) = (false, ("-", "-"));
        _client.SetDeadline(time);
        while (!_parser.TryParse(_input.Bytes, _input.Length))
        {
            if (_services.InFlight.IsDraining) return false;
            if (await _input.FillAsync().ConfigureAwait(false)) continue;
            if (_input.Length == 0 || _client.End is ClientEnd.Stopped or ClientEnd.Reset) return false;
            throw _client.End == ClientEnd.TimedOut
                ? new HttpStatusException(408, "the request head was not received in time")
                : new HttpStatusException(400, "the connection was closed before the end of the request head");
        }
        _client.ClearDeadline();
        _isHead = _parser.Head.Method.SequenceEqual("HEAD"u8);
        _startedAt = Stopwatch.GetTimestamp();
        if (_services.Log.LogsRequests) _logged =
            (Encoding.Latin1.GetString(_parser.Head.Method), Encoding.Latin1.GetString(_parser.Head.Target));
        return true;
    }

    // Returns false if the connection is to be closed after the response.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ServeAsync()
    {
        var head = _parser.Head;
        _isInRequest = true;
        _services.InFlight.Enter();
        BodyBuffer? body = null;
        try
        {
            if (head.HasBody && (head.IsChunked || head.Length + head.ContentLength > _input.Length))
            {
                if (await IsRefusedAsync(head).ConfigureAwait(false)) return false;
                body = new BodyBuffer(_services.Bodies);
                await new BodyReceiver(_client, _input, _services).ReceiveAsync(head, body).ConfigureAwait(false);
            }
            return await ForwardAsync(head, body).ConfigureAwait(false);
        }
        finally
        {
            body?.Dispose();
            _isInRequest = false;
            _services.InFlight.Leave();
        }
    }

    // A request that is rejected by its head alone is rejected before its body is received.
    private async ValueTask<bool> IsRefusedAsync(RequestHead head)
    {
        if (_services.Screen(head, _client.AddressText) is { } refusal)
        {
            await RefuseAsync(refusal).ConfigureAwait(false);
            return true;
        }
        return head.ExpectsContinue && !await _client.SendAsync(GateReply.Continue, Limits.Silence).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ForwardAsync(RequestHead head, BodyBuffer? body)
    {
        var inner = await RentAsync().ConfigureAwait(false);
        var result = RelayResult.Unanswered;
        try
        {
            _relay.Begin(head);
            await SendAsync(inner, head, body).ConfigureAwait(false);
            _client.Watch(inner);
            // Receiving ahead also detects that the client disconnects during this request.
            _input.FillAhead();
            result = await _relay.RelayAsync(inner).ConfigureAwait(false);
        }
        catch (Exception e) when (InnerConnection.IsFailure(e))
        {
            // The result stays Unanswered.
        }
        finally
        {
            var isIntact = _client.Unwatch();
            if (isIntact && result == RelayResult.Complete) _services.Pool.Return(inner);
            else _services.Pool.Discard(inner);
        }
        return await IsKeptAsync(result).ConfigureAwait(false);
    }

    private async ValueTask<InnerConnection> RentAsync()
    {
        try
        {
            return await _services.Pool.RentAsync().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            _services.Log.Error($"the inner listener cannot be reached: {e.Message}");
            throw new HttpStatusException(503, "the server cannot process requests at the moment");
        }
    }

    // Afterwards the input holds the bytes after the request.
    private async ValueTask SendAsync(InnerConnection inner, RequestHead head, BodyBuffer? body)
    {
        var length = _isHead ? 0 : body?.Length ?? Math.Max(0, head.ContentLength);
        var bodyInInput = body is null ? (int)Math.Max(0, head.ContentLength) : 0;
        var written = WriteHead(inner, head, length, _isHead ? 0 : bodyInInput);
        _input.Consume(head.Length + bodyInInput);
        await inner.SendAllAsync(inner.Buffer.AsMemory(0, written)).ConfigureAwait(false);
        if (body is null || _isHead) return;
        foreach (var segment in body.Drain()) await inner.SendAllAsync(segment).ConfigureAwait(false);
    }

    private int WriteHead(InnerConnection inner, RequestHead head, long length, int bodyInInput)
    {
        var writer = new ByteWriter(inner.Buffer);
        try
        {
            InnerRequest.WriteHead(ref writer, _services.Pool.Endpoint, head, inner.Number, _client.AddressBytes, length);
            // A small body is sent together with its head: a second send would cost more than the copy.
            writer.Append(_input.Bytes.AsSpan(head.Length, bodyInInput));
            return writer.Length;
        }
        finally
        {
            inner.Buffer = writer.Buffer;
        }
    }

    private async ValueTask<bool> IsKeptAsync(RelayResult result)
    {
        switch (result)
        {
            case RelayResult.Complete or RelayResult.CompleteAndClosed:
                return _relay.KeepsAlive;
            case RelayResult.Unanswered when _client.End is ClientEnd.None or ClientEnd.TimedOut:
                _services.Log.Error("the inner listener sent no response to a request");
                await RefuseAsync(ApiResponse.Text(502,
                    "the server failed to process the request; its changes may or may not have been made")).ConfigureAwait(false);
                return false;
            default:
                // A reset, so that the client cannot mistake an incomplete response for a complete one.
                _client.Reset();
                return false;
        }
    }

    private async ValueTask RefuseAsync(ApiResponse refusal)
    {
        await _client.SendAsync(_services.Reply.Write(refusal, _isHead), Limits.Silence).ConfigureAwait(false);
        if (_services.Log.LogsRequests)
        {
            var elapsed = _startedAt == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_startedAt);
            _services.Log.Request(_logged.Method, _logged.Target, _client.AddressText, refusal.Status, elapsed);
        }
    }
}
