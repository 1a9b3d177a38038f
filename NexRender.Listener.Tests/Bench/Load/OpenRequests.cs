using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>
/// Connections that send one request each and discard what comes: clients that cost the machine as little as possible. Linux does not even
/// copy it to the buffer that they share. The completions run on one thread (see <see cref="LoadGenerator.UseOneThread"/>).
/// </summary>
internal sealed class OpenRequests : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 20];
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly Func<int, LoadRequest> _request;
    private readonly Action<long>? _answered;
    private readonly TimeSpan? _retry;
    private readonly IPEndPoint _address;
    private bool _isDisposed;
    private long _received;
    private int _begun;
    private int _closed;

    /// <param name="port">The port of the server.</param>
    /// <param name="request">Returns the request of a connection by its number.</param>
    /// <param name="retry">The time after which a connection that the server has closed is opened again; <c>null</c> for never.</param>
    /// <param name="answered">Receives the time of the first bytes on each connection.</param>
    public OpenRequests(int port, Func<int, LoadRequest> request, TimeSpan? retry = null, Action<long>? answered = null)
    {
        _address = new IPEndPoint(IPAddress.Loopback, port);
        (_request, _retry, _answered) = (request, retry, answered);
    }

    /// <summary>The bytes received so far.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>The number of connections that were to be opened.</summary>
    public int Count { get; private set; }

    /// <summary>The connections on which something was received.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>The number of times that the server has closed a connection.</summary>
    public int Closed => Volatile.Read(ref _closed);

    /// <summary>Opens connections and sends their requests.</summary>
    public void Open(int count)
    {
        Count += count;
        for (var number = 0; number < count; number++) Open(_request(number));
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var socket in _sockets) socket.Dispose();
        }
    }

    private void Open(LoadRequest request)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lock (_lock)
        {
            if (_isDisposed)
            {
                socket.Dispose();
                return;
            }
            _sockets.Add(socket);
        }
        socket.Connect(_address);
        socket.Send(request.Bytes);
        var isFirst = true;
        var received = new SocketAsyncEventArgs { SocketFlags = OperatingSystem.IsLinux() ? SocketFlags.Truncated : SocketFlags.None };
        received.SetBuffer(_buffer);
        received.Completed += (_, _) => Read(isCompleted: true);
        Read(isCompleted: false);

        void Read(bool isCompleted)
        {
            try
            {
                while (isCompleted || !socket.ReceiveAsync(received))
                {
                    isCompleted = false;
                    if (received.SocketError != SocketError.Success || received.BytesTransferred == 0)
                    {
                        received.Dispose();
                        End(socket, request);
                        return;
                    }
                    Interlocked.Add(ref _received, received.BytesTransferred);
                    if (isFirst) Interlocked.Increment(ref _begun);
                    if (isFirst) _answered?.Invoke(Stopwatch.GetTimestamp());
                    isFirst = false;
                }
            }
            catch (ObjectDisposedException)
            {
                received.Dispose();
            }
        }
    }

    private void End(Socket socket, LoadRequest request)
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _sockets.Remove(socket);
        }
        socket.Dispose();
        Interlocked.Increment(ref _closed);
        if (_retry is { } wait) _ = OpenLaterAsync(wait, request);
    }

    private async Task OpenLaterAsync(TimeSpan wait, LoadRequest request)
    {
        await Task.Delay(wait);
        Open(request);
    }
}
