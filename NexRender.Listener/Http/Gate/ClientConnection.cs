using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using NexRender.Listener.Api;
using NexRender.Listener.Http.Gate.Framing;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http.Gate;

/// <summary>A client connection: receives its requests one after the other, forwards each, and relays the response.</summary>
internal sealed class ClientConnection
{
    private readonly GateServices _services;
    private readonly ClientSocket _client;
    private readonly InputBuffer _input;
    private readonly HeadParser _parser;
    private readonly RequestForwarder _forwarder;
    private volatile bool _isInRequest;
    private bool _isHead;

    // For the log, and only if it logs requests.
    private string _method = "-";
    private string _target = "-";
    private long _startedAt;

    public ClientConnection(Socket socket, IPAddress address, GateServices services)
    {
        (Address, _services) = (address, services);
        _client = new ClientSocket(socket, address);
        _input = new InputBuffer(_client);
        _parser = new HeadParser(services.Limits);
        _forwarder = new RequestForwarder(_client, _input, services);
    }

    public IPAddress Address { get; }

    /// <summary>The index of the connection in the set of all connections.</summary>
    public int Index { get; set; }

    private GateLimits Limits => _services.Limits;

    /// <summary>Serves the connection until it is closed; never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            var time = Limits.FirstHead;
            while (await ServeNextAsync(time).ConfigureAwait(false)) time = Limits.Idle;
            await _client.FinishAsync(Limits.Linger).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _services.Log.Error($"a connection from {_client.AddressText} failed: {e.GetType().Name}: {e.Message}");
            _client.Reset();
        }
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Responds to whatever the client requests, and closes the connection; never throws.</summary>
    public async Task RefuseAsync(int status, string message)
    {
        await RespondAsync(ApiResponse.Text(status, message)).ConfigureAwait(false);
        await _client.FinishAsync(Limits.Linger).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection at once.</summary>
    public void Abort() => _client.Dispose();

    /// <summary>Ends what has passed its deadline; called periodically.</summary>
    public void CheckTime(long now) => _client.CheckTime(now, Limits.HalfClosed);

    /// <summary>Closes the connection if it is idle; otherwise it is closed after the response.</summary>
    public void Stop()
    {
        if (!_isInRequest) _client.Stop();
    }

    // Returns false if the connection is to be closed.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ServeNextAsync(TimeSpan time)
    {
        try
        {
            return await ReceiveHeadAsync(time).ConfigureAwait(false) && await ServeAsync().ConfigureAwait(false);
        }
        catch (HttpStatusException e)
        {
            await RespondAsync(ApiResponse.Text(e.Status, e.Message)).ConfigureAwait(false);
            return false;
        }
    }

    // Returns false if the connection ended before a request.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveHeadAsync(TimeSpan time)
    {
        _parser.Reset();
        (_isHead, _method, _target) = (false, "-", "-");
        _client.StartDeadline(time);
        while (!_parser.TryParse(_input.Bytes, _input.Length))
        {
            if (_services.InFlight.IsDraining) return false;
            if (await _input.FillAsync().ConfigureAwait(false)) continue;
            if (_input.Length == 0 || _client.End is ClientEnd.Stopped or ClientEnd.Reset) return false;
            // Some clients send an empty line after a body.
            if (_client.End == ClientEnd.Closed && _parser.IsEmpty(_input.Length)) return false;
            throw _client.End == ClientEnd.TimedOut
                ? new HttpStatusException(408, "the head of the request did not arrive in time")
                : new HttpStatusException(400, "the request ended early");
        }
        _client.ClearDeadline();
        _isHead = _parser.Head.IsHead;
        if (!_services.Log.LogsRequests) return true;
        _startedAt = Stopwatch.GetTimestamp();
        (_method, _target) = (Encoding.Latin1.GetString(_parser.Head.Method), Encoding.Latin1.GetString(_parser.Head.Target));
        return true;
    }

    // Returns false if the connection is to be closed.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ServeAsync()
    {
        var head = _parser.Head;
        _isInRequest = true;
        _services.InFlight.Enter();
        _forwarder.Begin(head);
        BodyBuffer? body = null;
        try
        {
            if (head.HasBody && (head.IsChunked || head.Length + head.ContentLength > _input.Length))
            {
                // A body that is not here yet is received only if the inner listener would read it too.
                if (_services.Screen(head, _client.AddressText, out var needsBody) is { } refusal)
                {
                    await RespondAsync(refusal).ConfigureAwait(false);
                    return false;
                }
                body = await ReceiveBodyAsync(head).ConfigureAwait(false);
                if (!needsBody) body.Clear();
            }
            var result = await _forwarder.ForwardAsync(head, body).ConfigureAwait(false);
            return await IsKeptAsync(result).ConfigureAwait(false);
        }
        finally
        {
            body?.Dispose();
            _forwarder.EndTurn();
            _isInRequest = false;
            (_forwarder.WasStream ? _services.Streams : _services.InFlight).Leave();
        }
    }

    private async ValueTask<BodyBuffer> ReceiveBodyAsync(RequestHead head)
    {
        if (head.ExpectsContinue) await _client.SendAsync(GateResponse.Continue, Limits.Silence).ConfigureAwait(false);
        var body = new BodyBuffer(_services.Bodies);
        try
        {
            await new BodyReceiver(_client, _input, _services).ReceiveAsync(head, body).ConfigureAwait(false);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private async ValueTask<bool> IsKeptAsync(RelayResult result)
    {
        if (result is RelayResult.Complete or RelayResult.CompleteAndClosed) return _forwarder.KeepsAlive;
        if (result == RelayResult.NoResponse && _client.End is not (ClientEnd.Closed or ClientEnd.Reset))
        {
            _services.Log.Error("the inner listener sent no response to a request");
            const string message = "the server failed to respond; the request may have been carried out";
            await RespondAsync(ApiResponse.Text(502, message)).ConfigureAwait(false);
            return false;
        }
        _client.Reset();
        return false;
    }

    private async ValueTask RespondAsync(ApiResponse response)
    {
        _services.Unrouted.Add(response.Status);
        await _client.SendAsync(_services.Response.Write(response, _isHead), Limits.Silence).ConfigureAwait(false);
        if (!_services.Log.LogsRequests) return;
        var elapsed = _startedAt == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_startedAt);
        _services.Log.Request(_method, _target, _client.AddressText, response.Status, elapsed);
    }

    private async ValueTask CloseAsync()
    {
        _client.Dispose();
        await _input.ReleaseAsync().ConfigureAwait(false);
    }
}
