using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A server process on a machine of its own: it keeps its address, and its line to Redis can be cut.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private const int Stopped = 19, Continued = 18;

    private readonly CuttingProxy _line;
    private ServerProcess? _process;

    /// <param name="redis">The Redis that it shares with others.</param>
    public Machine(RedisServer redis)
    {
        _line = new CuttingProxy(redis.Port);
        Port = Ports.Free();
        Client = new TestClient(Port);
    }

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public TestClient Client { get; }

    public async Task Start()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = await ServerProcess.Start([$"--port={Port}", "--host=127.0.0.1", $"--store={_line.Url}", "--lead-timeout=1s"]);
    }

    /// <summary>Waits until it leads.</summary>
    public Task Leads() => Eventually.True(async () => (await Client.Send("GET", "health/ready")).Status == 200, "the server leads");

    /// <summary>Waits until it knows that another one leads.</summary>
    public Task Follows(Machine leader) => Eventually.True(
        async () => (await Client.Send("GET", "health/ready")).Text.Contains($"{leader.Url} leads"), "the server stands by");

    /// <summary>Begins a fault.</summary>
    public void Begin(Fault fault)
    {
        if (fault == Fault.Kill) _process!.Kill();
        else if (fault == Fault.Pause) _process!.Signal(Stopped);
        else _line.Cut();
    }

    /// <summary>Ends the fault, as the service manager, or whoever repairs the line, does.</summary>
    public async Task End(Fault fault)
    {
        if (fault == Fault.Kill) await Start();
        else if (fault == Fault.Pause) _process!.Signal(Continued);
        else _line.Restore();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null) await _process.DisposeAsync();
        await _line.DisposeAsync();
    }
}
