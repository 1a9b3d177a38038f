using System.Diagnostics;
using System.Net;

namespace NexRender.Listener.Http;

/// <summary>One request and its answer.</summary>
internal sealed class Exchange
{
    private readonly HttpLimits _limits;
    private readonly IPAddress _address;
    private string? _peer;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private volatile bool _isReading = true;
    private long _deadline;
    private int _isAborted;

    public Exchange(HttpListenerContext context, HttpLimits limits)
    {
        (Request, Response, _limits) = (context.Request, context.Response, limits);
        // Whatever ends the connection early, from now on it cannot say 200: an abort sends the status that is set.
        Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
        Response.KeepAlive = false;
        // They are gone once the connection is closed.
        Method = Request.HttpMethod;
        Target = Request.RawUrl ?? "";
        _address = Request.RemoteEndPoint.Address;
        Node = new LinkedListNode<Exchange>(this);
        RestartDeadline();
    }

    public HttpListenerRequest Request { get; }

    public HttpListenerResponse Response { get; }

    public string Method { get; }

    /// <summary>The target as the client sent it.</summary>
    public string Target { get; }

    /// <summary>The address that the request came from.</summary>
    public string Peer => _peer ??= (_address.IsIPv4MappedToIPv6 ? _address.MapToIPv4() : _address).ToString();

    /// <summary>The place in the watchdog's list.</summary>
    public LinkedListNode<Exchange> Node { get; }

    /// <summary>When the exchange is aborted, in milliseconds of the system's uptime.</summary>
    public long Deadline => Volatile.Read(ref _deadline);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    public int Status { get; set; }

    /// <summary>Whether the whole body of the request was read, so that the connection can serve another one.</summary>
    public bool IsBodyRead { get; set; }

    /// <summary>Whether an error means that the client has gone, or that the watchdog has ended the exchange.</summary>
    public static bool IsGone(Exception e) =>
        e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException or ProtocolViolationException or NullReferenceException;

    /// <summary>Adds the time that so many bytes take with the slowest client that is put up with.</summary>
    public void Extend(long bytes) => Interlocked.Add(ref _deadline, bytes * 1000 / _limits.SlowestClient);

    /// <summary>Ends the reading: from here on it is the server's turn, and a new deadline.</summary>
    public void EndReading()
    {
        _isReading = false;
        RestartDeadline();
    }

    public void RestartDeadline() => Interlocked.Exchange(ref _deadline, Environment.TickCount64 + (long)_limits.Patience.TotalMilliseconds);

    /// <summary>Ends the exchange, on whatever thread: a client that did not send its request in time is told so, any other gets no answer.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _isAborted, 1) != 0) return;
        try
        {
            Response.KeepAlive = false;
            if (_isReading) Response.StatusCode = Status = (int)HttpStatusCode.RequestTimeout;
            Response.Abort();
        }
        catch (Exception e) when (IsGone(e))
        {
            // It had ended already.
        }
    }
}
