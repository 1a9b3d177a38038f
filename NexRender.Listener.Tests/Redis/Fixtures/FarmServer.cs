using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A server process on a Redis, which may have others beside it, and a client for it.</summary>
internal sealed class FarmServer : IAsyncDisposable
{
    private FarmServer(ServerProcess process, int port)
    {
        (Process, Port) = (process, port);
        Client = new TestClient(port);
    }

    public ServerProcess Process { get; }

    public int Port { get; }

    public TestClient Client { get; }

    /// <summary>Starts a server, and waits until it listens.</summary>
    /// <param name="redis">The address of Redis.</param>
    /// <param name="options">Further options.</param>
    public static Task<FarmServer> Start(string redis, params string[] options) =>
        StartOn([$"--store={redis}", "--lead-timeout=1s", .. options]);

    /// <summary>Starts a server with its jobs in a file.</summary>
    public static Task<FarmServer> OnFile(string database) => StartOn($"--database={database}");

    private static async Task<FarmServer> StartOn(params string[] options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = Ports.Free();
            try
            {
                return new FarmServer(await ServerProcess.Start([$"--port={port}", "--host=127.0.0.1", .. options]), port);
            }
            catch (AssertFailedException e) when (attempt < 5 && e.Message.Contains($"{port}") && Ports.IsTaken(port))
            {
                // Another process took the port first: try another one.
            }
        }
    }

    /// <summary>Starts a server, and waits until it leads.</summary>
    public static async Task<FarmServer> StartLeader(string redis, params string[] options)
    {
        var server = await Start(redis, options);
        await server.Leads();
        return server;
    }

    /// <summary>Waits until it leads and accepts changes.</summary>
    public Task Leads() => Eventually.True(async () => (await Client.Send("GET", "health/ready")).Status == 200, "the server leads");

    /// <summary>Waits until it knows the leader.</summary>
    public Task Follows(FarmServer leader) => Eventually.True(
        async () => (await Client.Send("GET", "health/ready")).Text.Contains($":{leader.Port} leads"), "the server stands by");

    public Task<Answer> Get(string path) => Client.Send("GET", path);

    public Task<Answer> Create(string uid) => Client.Json("POST", "jobs", Some.Job(uid));

    public async Task<string> Uids() =>
        string.Join(' ', (await Get("jobs")).Expect(200).Json.EnumerateArray().Select(job => job.GetProperty("uid").GetString()));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }
}
