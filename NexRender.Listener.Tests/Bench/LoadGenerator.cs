using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Tests.Bench;

/// <summary>
/// Keeps a number of connections busy with prepared requests. The completions run on the one thread that waits for the sockets
/// (see <see cref="UseOneThread"/>), so that most of a small machine is left to the server under test.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private static int _number;
    private readonly IPEndPoint _address;
    private readonly List<LoadConnection> _connections = [];
    private readonly CountdownEvent _busy;
    private volatile LoadPhase _phase;
    private volatile bool _stopping;

    public LoadGenerator(int port, IReplyFormat format, LoadRequest[] requests, int connections)
    {
        _address = new IPEndPoint(IPAddress.Loopback, port);
        Format = format;
        Requests = requests;
        Connections = connections;
        _busy = new CountdownEvent(connections);
    }

    public IReplyFormat Format { get; }

    public LoadRequest[] Requests { get; }

    public int Connections { get; }

    public LoadPhase Phase { get => _phase; set => _phase = value; }

    public bool Stopping => _stopping;

    /// <summary>Must be called before the process creates its first socket. The servers do not inherit the setting.</summary>
    public static void UseOneThread()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
    }

    /// <summary>Loads a server for a time, after a warm-up.</summary>
    public static LoadResult Run(Target target, LoadRequest[] requests, int connections, TimeSpan time, CancellationToken stop)
    {
        using var load = new LoadGenerator(target.Port, target.Format, requests, connections);
        load.Start();
        stop.WaitHandle.WaitOne(time / 3);
        load.Phase = LoadPhase.Measured;
        var began = Stopwatch.GetTimestamp();
        stop.WaitHandle.WaitOne(time);
        load.Phase = LoadPhase.WarmUp;
        var took = Stopwatch.GetElapsedTime(began);
        load.Stop();
        stop.ThrowIfCancellationRequested();
        return load.Result(LoadPhase.Measured, took);
    }

    public void Start()
    {
        for (var i = 0; i < Connections; i++) _connections.Add(new LoadConnection(this, i));
        foreach (var connection in _connections) connection.Start();
    }

    /// <summary>Lets every connection receive its last response: pending requests would disturb the next measurement.</summary>
    public void Stop()
    {
        _stopping = true;
        _busy.Wait(TimeSpan.FromSeconds(60));
    }

    public LoadResult Result(LoadPhase phase, TimeSpan took)
    {
        var all = new LatencyHistogram();
        foreach (var connection in _connections) all.Add(connection.Histograms[(int)phase]);
        var firstError = _connections.Select(one => one.FirstError).FirstOrDefault(error => error is not null);
        return new LoadResult(all, took, _connections.Sum(one => one.Errors), firstError);
    }

    public Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_address);
        return socket;
    }

    public int NextNumber() => Interlocked.Increment(ref _number);

    public void Done() => _busy.Signal();

    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }
}
