using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Workers;

/// <summary>A server process that is killed, and started again with the same port and database.</summary>
internal sealed class MortalServer : IAsyncDisposable
{
    private readonly string[] _arguments;
    private readonly Lock _lock = new();
    private ServerProcess _process;
    private Task _started = Task.CompletedTask;

    private MortalServer(ServerProcess process, int port, string[] arguments) =>
        (_process, Port, _arguments, Client) = (process, port, arguments, new TestClient(port));

    public int Port { get; }

    public TestClient Client { get; }

    /// <summary>The number of times that it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Completes when it listens again.</summary>
    public Task Started
    {
        get
        {
            lock (_lock) return _started;
        }
    }

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="arguments">Its command line, without the port.</param>
    public static async Task<MortalServer> Start(params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Ports.Free();
            string[] all = [$"--port={port}", "--host=127.0.0.1", .. arguments];
            try
            {
                return new MortalServer(await ServerProcess.Start(all), port, all);
            }
            catch (AssertFailedException) when (attempt < 5 && Ports.IsTaken(port))
            {
                // Another process took the port first: try another one.
            }
        }
    }

    /// <summary>Kills it, as <c>kill -9</c> does, and starts it again, unless it is being started.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (!_started.IsCompleted) return;
            _process.Kill();
            Kills++;
            _started = StartAgain();
        }
    }

    /// <summary>Sends a request, again and again until it is answered: the server may be killed before it answers.</summary>
    public async Task<Answer> Get(string path)
    {
        while (true)
        {
            var started = Started;
            await started;
            try
            {
                return await Client.Send("GET", path);
            }
            catch (Exception e) when (e is HttpRequestException or IOException && started != Started)
            {
                // It was killed meanwhile.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Started;
        Client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task StartAgain()
    {
        await Task.Yield();
        await _process.DisposeAsync();
        _process = await ServerProcess.Start(_arguments);
    }
}
