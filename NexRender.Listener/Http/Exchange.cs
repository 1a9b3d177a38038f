using System.Diagnostics;
using System.Net;
using NexRender.Listener.Api;
using NexRender.Listener.Http.Gate.Inner;

namespace NexRender.Listener.Http;

/// <summary>One request and its response.</summary>
internal sealed class Exchange : IRequestHead
{
    // What the handler may be ahead of the gate. Together with a slice it is what the system keeps of a response for a slow reader.
    private const long MaxAhead = 64 << 10;

    private readonly HttpLimits _limits;
    private readonly InnerEndpoint? _gate;
    private readonly Envelope? _envelope;
    private readonly IPAddress _address;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private string? _remoteAddress;
    private bool _mayWait = true;
    private volatile bool _isReading = true;
    private volatile bool _hasDeadline = true;
    private volatile bool _isStopped;
    private long _deadline;
    private long _written;
    private int _aborts;
    private DetachedBody? _body;

    /// <param name="context">The request and its response.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="gate">The endpoint of the gate that alone may send requests; <c>null</c> if clients connect directly.</param>
    public Exchange(HttpListenerContext context, HttpLimits limits, InnerEndpoint? gate)
    {
        (Context, _limits, _gate) = (context, limits, gate);
        // An abort sends the status that is set. From now on the connection can end early without a false 200.
        Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
        Response.KeepAlive = false;
        // These cannot be read any more once the connection is closed.
        _envelope = gate is null ? null : Envelope.Open(Request.Headers[Envelope.HeaderName], gate.Token);
        Method = _envelope?.Method ?? Request.HttpMethod;
        Target = _envelope?.Target ?? Request.RawUrl ?? "";
        _address = Request.RemoteEndPoint.Address;
        WatchdogNode = new LinkedListNode<Exchange>(this);
        RestartDeadline();
    }

    /// <summary>The request and its response; <c>null</c> once a detached body has begun.</summary>
    public HttpListenerContext? Context { get; private set; }

    public HttpListenerRequest Request => Context!.Request;

    public HttpListenerResponse Response => Context!.Response;

    /// <summary>True if the gate sent the request for a client, whose body is complete and whose deadlines the gate watches.</summary>
    public bool IsFromGate => _envelope is not null;

    /// <summary>True if anything but the gate sent the request to the gate's inner listener.</summary>
    public bool IsForbidden => _gate is not null && _envelope is null;

    public string Method { get; }

    /// <summary>The request target as the client sent it.</summary>
    public string Target { get; }

    public bool HasBody => Request.HasEntityBody;

    public long ContentLength => Request.ContentLength64;

    /// <summary>Cancelled when the client of the gate has disconnected; never if clients connect directly.</summary>
    public CancellationToken Disconnected =>
        _body is not null ? _body.Disconnected
        : _envelope is null ? CancellationToken.None
        : _gate!.Disconnected(_envelope.Connection);

    /// <summary>Cancelled when the client of the gate has closed its sending direction, or disconnected.</summary>
    public CancellationToken Closed =>
        _body is not null ? _body.Disconnected : _envelope is null ? CancellationToken.None : _gate!.ClientClosed(_envelope.Connection);

    /// <summary>True if the client of the gate has closed its sending direction, or disconnected.</summary>
    public bool HasClosed => _envelope is not null && _gate!.HasClosed(_envelope.Connection);

    /// <summary>True if the response may wait for something: at least half of the gate's connections are free.</summary>
    public bool MayWait => _mayWait && (_gate is null || _gate.HasRoom());

    /// <summary>The address that the request came from.</summary>
    public string RemoteAddress =>
        _remoteAddress ??= _envelope?.Address ?? (_address.IsIPv4MappedToIPv6 ? _address.MapToIPv4() : _address).ToString();

    /// <summary>The node of the exchange in the watchdog's list.</summary>
    public LinkedListNode<Exchange> WatchdogNode { get; }

    /// <summary>The time when the exchange is aborted, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline => Volatile.Read(ref _deadline);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>The status of the response; 0 until there is one.</summary>
    public int Status { get; set; }

    /// <summary>The route whose handler was called; <c>null</c> until then.</summary>
    public Route? Route { get; set; }

    /// <summary>Cancelled when the server stops, or begins or ceases to lead: then streams end, and nothing waits any longer.</summary>
    public CancellationToken Term { get; set; }

    /// <summary>True if the complete body of the request was read, so that the connection can serve another request.</summary>
    public bool IsBodyRead { get; set; }

    /// <summary>True if the response is a stream.</summary>
    public bool IsStreamed { get; set; }

    /// <summary>The body of a stream that is sent to the client of the gate directly; otherwise <c>null</c>.</summary>
    public DetachedBody? DetachedBody => _body;

    /// <summary>Returns true if an exception means that the client has disconnected, or that the exchange was aborted.</summary>
    public static bool IsDisconnect(Exception e) =>
        e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException or ProtocolViolationException
            or NullReferenceException;

    /// <summary>Lets the exchange be that of a client for whom another server asks.</summary>
    /// <param name="address">The address of the client.</param>
    /// <param name="mayWait">False if the other server cannot let the response wait.</param>
    public void RelayFor(string address, bool mayWait) => (_remoteAddress, _mayWait) = (address, mayWait);

    public string? Header(string name) =>
        _envelope is null ? Request.Headers[name]
        : name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? _envelope.Host
        : Envelope.Decode(Request.Headers[name]);

    /// <summary>Extends the deadline by the time that a number of bytes takes at the minimum data rate.</summary>
    public void ExtendDeadline(long bytes)
    {
        if (_hasDeadline) Interlocked.Add(ref _deadline, bytes * 1000 / _limits.MinDataRate);
    }

    /// <summary>Waits, behind the gate, until it has received most of the pieces of the body before the next one.</summary>
    /// <param name="length">The length of the next piece.</param>
    public Task PaceAsync(int length)
    {
        var awaited = _written - MaxAhead;
        _written += length;
        return awaited <= 0 || _envelope is null ? Task.CompletedTask : _gate!.ReceivedAsync(_envelope.Connection, awaited);
    }

    /// <summary>
    /// Behind the gate, detaches the body of a stream from the inner connection, which costs as much as the client's: two sockets, and the
    /// buffers of both ends. HttpListener off Windows also sends each chunk in three parts, two of them synchronously.
    /// </summary>
    /// <exception cref="IOException">The client has disconnected.</exception>
    public void Detach()
    {
        if (_envelope is not null) _body = _gate!.Detach(_envelope.Connection) ?? throw new IOException("the client has disconnected");
    }

    /// <summary>Sends the head of a response whose body is detached, and releases the request, which a long stream would keep.</summary>
    public void SendHead()
    {
        Response.Close();
        Context = null;
    }

    /// <summary>Marks the request as read and starts the deadline of the response.</summary>
    public void EndReading()
    {
        _isReading = false;
        RestartDeadline();
    }

    /// <summary>Marks the response as begun. Behind the gate it has no deadline: the gate disconnects clients that do not read.</summary>
    public void BeginWriting()
    {
        EndReading();
        if (!IsFromGate) return;
        _hasDeadline = false;
        SuspendDeadline();
    }

    public void RestartDeadline()
    {
        if (_hasDeadline) Interlocked.Exchange(ref _deadline, Environment.TickCount64 + (long)_limits.RequestTimeout.TotalMilliseconds);
    }

    /// <summary>Suspends the deadline while a streamed response has nothing to send.</summary>
    public void SuspendDeadline() => Interlocked.Exchange(ref _deadline, long.MaxValue);

    /// <summary>Moves the deadline into the past, because the server stops.</summary>
    public void Stop()
    {
        _isStopped = true;
        Interlocked.Exchange(ref _deadline, long.MinValue);
    }

    /// <summary>
    /// Ends the exchange from any thread: a client that did not send its request in time gets 408, or 503 if the server stops meanwhile;
    /// every other client gets no response. A stream may need a second call.
    /// </summary>
    public void Abort()
    {
        if (_body is not null)
        {
            _body.Abort();
            return;
        }
        var isFirst = Interlocked.Increment(ref _aborts) == 1;
        if (IsStreamed && isFirst && !OperatingSystem.IsWindows())
        {
            // HttpListener's abort writes the last chunk before it closes the socket, and so blocks if the client does not read. Once
            // another thread waits for that chunk, the abort skips it and closes the socket, which frees that thread.
            ThreadPool.QueueUserWorkItem(static exchange => exchange.CloseStream(), this, preferLocal: false);
            return;
        }
        if (!isFirst && !IsStreamed) return;
        try
        {
            Response.KeepAlive = false;
            var status = _isStopped ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.RequestTimeout;
            if (_isReading) Response.StatusCode = Status = (int)status;
            Response.Abort();
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // It had ended already.
        }
    }

    /// <summary>Ends a streamed response with its last chunk.</summary>
    public void EndStream()
    {
        RestartDeadline();
        CloseStream();
    }

    // Not by closing the response: HttpListener would mark it as closed before it writes the last chunk, and an abort, which must be
    // possible if the client does not read, does nothing once that mark is set.
    private void CloseStream()
    {
        try
        {
            Response.OutputStream.Close();
        }
        catch (Exception e) when (IsDisconnect(e))
        {
            // It had ended already.
        }
    }
}
