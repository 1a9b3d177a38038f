using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>A connection that sends a request, receives the response and sends the next, without a thread of its own.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly LoadGenerator _load;
    private readonly int _number;
    private readonly SocketAsyncEventArgs _received = new();
    private readonly byte[] _buffer;
    private Socket _socket;
    private int _next;
    private int _filled;
    private long _bodyLeft;
    private bool _headRead;
    private Reply _reply;
    private long _sentAt;

    public LoadConnection(LoadGenerator load, int number)
    {
        _load = load;
        _number = number;
        _next = number;
        // Thousands of connections share a cache with the server under test.
        _buffer = new byte[load.Connections <= 256 ? 64 * 1024 : 8 * 1024];
        _socket = load.Connect(number);
        _received.SetBuffer(_buffer, 0, _buffer.Length);
        _received.Completed += (_, _) => Receive(true);
    }

    public LatencyHistogram[] Histograms { get; } = [new(), new(), new()];

    public int Errors { get; private set; }

    public string? FirstError { get; private set; }

    /// <summary>Sends the first request; the completions do the rest.</summary>
    public void Start()
    {
        Send();
        Receive(false);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _received.Dispose();
    }

    private void Receive(bool received)
    {
        try
        {
            while (true)
            {
                if (received && !ProcessReceived()) return;
                received = true;
                _received.SetBuffer(_filled, _buffer.Length - _filled);
                if (_socket.ReceiveAsync(_received)) return;
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            Fail(problem.Message);
            _load.Done();
        }
    }

    /// <summary>Processes what was received; returns false if this connection has ended.</summary>
    private bool ProcessReceived()
    {
        if (_received.SocketError != SocketError.Success || _received.BytesTransferred == 0)
        {
            Fail(_received.SocketError == SocketError.Success ? "closed before the response" : _received.SocketError.ToString());
            return SendNext(reconnect: true);
        }
        _filled += _received.BytesTransferred;
        if (!_headRead)
        {
            if (!_load.Format.TryRead(_buffer.AsSpan(0, _filled), out _reply)) return true;
            _headRead = true;
            _bodyLeft = _reply.BodyLength + _reply.HeadLength;
        }
        _bodyLeft -= _filled;
        var taken = _filled;
        _filled = 0;
        if (_bodyLeft > 0) return true;
        Histograms[(int)_load.Phase].Add(Stopwatch.GetTimestamp() - _sentAt);
        if (!_reply.Ok) Fail(System.Text.Encoding.ASCII.GetString(_buffer, 0, Math.Min(taken, 300)));
        return SendNext(_reply.Closes);
    }

    private bool SendNext(bool reconnect)
    {
        if (_load.Stopping || Errors > 1000)
        {
            _load.Done();
            return false;
        }
        if (reconnect)
        {
            _socket.Dispose();
            _socket = _load.Connect(_number);
        }
        Send();
        return true;
    }

    private void Send()
    {
        // Each connection keeps to its own requests if there are enough, so that the progress of a job grows in order.
        var request = _load.Requests[_next % _load.Requests.Length];
        _next = _next + _load.Connections < _load.Requests.Length ? _next + _load.Connections : _number;
        request.Count(_load.NextNumber());
        _headRead = false;
        _filled = 0;
        _sentAt = Stopwatch.GetTimestamp();
        _socket.Send(request.Bytes);
    }

    private void Fail(string what)
    {
        if (_load.Stopping) return;
        Errors++;
        FirstError ??= what;
    }
}
