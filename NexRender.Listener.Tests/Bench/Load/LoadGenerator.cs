using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Tests.Bench.Servers;

namespace NexRender.Listener.Tests.Bench.Load;

/// <summary>
/// Keeps a number of connections busy with prepared requests. The completions run on the one thread that waits for the sockets
/// (see <see cref="UseOneThread"/>), so that most of a small machine is left to the server under test.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    // The gate gives one address 512 connections at least, whatever the limit of open files.
    private const int PerAddress = 512;
    private static readonly TimeSpan DrainAtMost = TimeSpan.FromSeconds(60);

    // Thousands of connections need some time to get going, and the answers of a short time would be those of a part of them.
    private static readonly TimeSpan AtLeastWithMany = TimeSpan.FromSeconds(1);
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
    /// <param name="target">The server.</param>
    /// <param name="requests">The requests.</param>
    /// <param name="connections">The number of connections.</param>
    /// <param name="time">The time without the warm-up.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="drain">The longest time to wait for the last responses.</param>
    public static LoadResult Run(
        Target target, LoadRequest[] requests, int connections, TimeSpan time, CancellationToken stop, TimeSpan? drain = null)
    {
        using var load = new LoadGenerator(target.Port, target.Format, requests, connections);
        var warmUp = time / 3;
        if (connections >= BenchOptions.ManyConnections && time < AtLeastWithMany) (time, warmUp) = (AtLeastWithMany, AtLeastWithMany);
        load.Start();
        stop.WaitHandle.WaitOne(warmUp);
        load.Phase = LoadPhase.Measured;
        var began = Stopwatch.GetTimestamp();
        stop.WaitHandle.WaitOne(time);
        load.Phase = LoadPhase.WarmUp;
        var took = Stopwatch.GetElapsedTime(began);
        var isDrained = load.Stop(drain);
        stop.ThrowIfCancellationRequested();
        return load.Result(LoadPhase.Measured, took) with { IsDrained = isDrained };
    }

    public void Start()
    {
        for (var i = 0; i < Connections; i++) _connections.Add(new LoadConnection(this, i));
        foreach (var connection in _connections) connection.Start();
    }

    /// <summary>Lets every connection receive its last response: pending requests would disturb the next measurement.</summary>
    /// <param name="atMost">The longest time to wait.</param>
    /// <returns>True if all have received it.</returns>
    public bool Stop(TimeSpan? atMost = null)
    {
        _stopping = true;
        return _busy.Wait(atMost ?? DrainAtMost);
    }

    public LoadResult Result(LoadPhase phase, TimeSpan took)
    {
        var all = new LatencyHistogram();
        foreach (var connection in _connections) all.Add(connection.Histograms[(int)phase]);
        var firstError = _connections.Select(one => one.FirstError).FirstOrDefault(error => error is not null);
        var errors = _connections.Sum(one => one.Errors);
        var responses = _connections.Sum(one => one.Histograms.Sum(histogram => histogram.Count));
        return new LoadResult(all, took, errors, firstError) { Succeeded = (int)Math.Max(0, responses - errors) };
    }

    /// <summary>Opens a connection; many come from several addresses, because the gate limits those of one.</summary>
    /// <param name="number">The number of the connection.</param>
    public Socket Connect(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (Connections > PerAddress && OperatingSystem.IsLinux())
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + number % (Connections / PerAddress))]), 0));
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
