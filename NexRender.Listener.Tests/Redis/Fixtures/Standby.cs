using NexRender.Listener.Http.Relay;
using NexRender.Listener.Logging;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A server in this process that relays all requests, as a standby does.</summary>
internal sealed class Standby : IAsyncDisposable
{
    public const string Token = "0123456789abcdef";

    private readonly TempFolder _folder = new();
    private readonly Log _log = new(logsChanges: false, logsRequests: false, TimeProvider.System, Stream.Null, Stream.Null);
    private NexRenderServer _server = null!;

    private Standby() { }

    public int Port { get; private set; }

    public TestClient Client { get; private set; } = null!;

    public LeaderRelay Relay { get; private set; } = null!;

    /// <param name="leader">The port of the leader.</param>
    /// <param name="limit">The time for an answer.</param>
    /// <param name="patience">The time for a leader that answers; a short one by default.</param>
    public static Task<Standby> Start(int leader, TimeSpan? limit = null, TimeSpan? patience = null) =>
        Start(() => new LeaderAddress(new Uri($"http://127.0.0.1:{leader}"), Token), limit, patience);

    /// <param name="leader">The leader; <c>null</c> if there is none.</param>
    /// <param name="limit">The time for an answer.</param>
    /// <param name="patience">The time for a leader that answers; a short one by default.</param>
    /// <param name="options">The options, but for port and database.</param>
    public static async Task<Standby> Start(
        Func<LeaderAddress?> leader, TimeSpan? limit = null, TimeSpan? patience = null, ListenerOptions? options = null)
    {
        var standby = new Standby();
        for (var attempt = 1; ; attempt++)
        {
            standby.Port = Ports.Free();
            try
            {
                options = (options ?? new ListenerOptions()) with
                {
                    Database = standby._folder.File("database.js"),
                    Verbosity = Verbosity.Quiet,
                    Direct = Executable.IsDirect,
                };
                standby._server = NexRenderServer.Listen(standby.Port, options: options);
                break;
            }
            catch (StartupException) when (attempt < 5 && Ports.IsTaken(standby.Port))
            {
                // Another process has taken the port: try another one.
            }
        }
        standby.Relay = new LeaderRelay(
            leader, limit ?? TimeSpan.FromSeconds(30), patience ?? TimeSpan.FromMilliseconds(200), standby._log);
        standby._server.Requests.Relay = standby.Relay;
        standby.Client = new TestClient(standby.Port);
        await standby.Get("/api/v1/health");
        return standby;
    }

    /// <summary>Makes the server answer for itself.</summary>
    public void Lead()
    {
        _server.Requests.Relay = null;
        Relay.Dispose();
    }

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Client.Send("GET", path, null, headers);

    public Task<Answer> Post(string json, params (string Name, string Value)[] headers) => Client.Json("POST", "jobs", json, headers);

    public Task<RawClient> Connect() => RawClient.Connect(Port);

    public Task Stop() => _server.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Relay?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _log.Dispose();
        _folder.Dispose();
    }
}
