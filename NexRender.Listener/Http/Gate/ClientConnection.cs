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

/// <summary>
/// The connection of a client: one request after the other is received, handed to the inside, and answered, in their order.
/// </summary>
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

    /// <summary>The place in the gate's list.</summary>
    public int Index { get; set; }

    private GateLimits Limits => _services.Limits;

    /// <summary>Serves the connection to its end; never throws.</summary>
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

    /// <summary>Answers whatever the client asks with a refusal, and ends the connection; never throws.</summary>
    public async Task RefuseAsync(int status, string message)
    {
        await RefuseAsync(ApiResponse.Text(status, message)).ConfigureAwait(false);
        await _client.FinishAsync(null, Limits.Linger).ConfigureAwait(false);
        _client.Dispose();
        _input.Release();
    }

    /// <summary>Ends the connection at once.</summary>
    public void Abort() => _client.Dispose();

    /// <summary>Ends what is over its time.</summary>
    public void CheckTime(long now) => _client.CheckTime(now, Limits.HalfClosed);

    /// <summary>Ends the connection if no request is in flight; if one is, the connection ends with its answer.</summary>
    public void Stop()
    {
        if (!_isInRequest) _client.Stop();
    }

    // False if the connection ends.
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

    // False if the connection ends before a request: then nobody waits for an answer.
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
                ? new HttpStatusException(408, "the head of the request did not arrive in time")
                : new HttpStatusException(400, "the request ended early");
        }
        _client.ClearDeadline();
        _isHead = _parser.Head.Method.SequenceEqual("HEAD"u8);
        _startedAt = Stopwatch.GetTimestamp();
        if (_services.Log.LogsRequests) _logged =
            (Encoding.Latin1.GetString(_parser.Head.Method), Encoding.Latin1.GetString(_parser.Head.Target));
        return true;
    }

    // False if the connection ends with the answer.
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

    // What the inside would refuse without reading the body is refused before the client has sent it.
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
            // Begun now, the wait for the next request shows too if the client goes away during this one.
            _input.FillAhead();
            result = await _relay.RelayAsync(inner).ConfigureAwait(false);
        }
        catch (Exception e) when (InnerConnection.IsFailure(e))
        {
            // The result says so.
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
            throw new HttpStatusException(503, "the server cannot take requests at the moment");
        }
    }

    // Afterwards the input holds what follows the request.
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
            // A small body leaves together with its head: a second send would cost more than the copy.
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
                _services.Log.Error("a request was not answered by the inner listener");
                await RefuseAsync(ApiResponse.Text(502,
                    "the server failed at this request; it may have been carried out or not")).ConfigureAwait(false);
                return false;
            default:
                // Neither half an answer nor the end of it may look whole.
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
