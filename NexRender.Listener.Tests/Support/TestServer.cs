using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Http;
using NexRender.Listener.Http.Gate;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Redis.Fixtures;

namespace NexRender.Listener.Tests.Support;

/// <summary>
/// A server on a free port with a database in a temporary folder, and a client for it. It runs in process, or, if the variable
/// NEXRENDER_TEST_EXECUTABLE names an executable, as that process, so that the same tests cover the published file. With
/// NEXRENDER_TEST_STORE=redis the jobs are in a Redis, unless the test is about the file.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly bool _isInRedis;
    private ListenerOptions _options;
    private IAsyncDisposable _server = null!;
    private bool _isStopped;

    private TestServer(ListenerOptions? options, bool isGated)
    {
        options ??= new ListenerOptions();
        _isInRedis = SharedRedis.IsUsed && !IsAboutTheFile(options);
        _options = options with
        {
            Direct = options.Direct || (Executable.IsDirect && !isGated),
            Database = options.Database ?? _folder.File("database.js"),
            Verbosity = Verbosity.Quiet,
        };
    }

    // A disk that is only quicker is not what a test is about.
    private static bool IsAboutTheFile(ListenerOptions options) => options.Database is not null
        || options.Recover || options.Storage != new StorageOptions { Disk = options.Storage.Disk }
        || (options.Storage.Disk.GetType() != typeof(Disk) && options.Storage.Disk is not QuickDisk);

    public int Port { get; private set; }

    public string Database => _options.Database!;

    /// <summary>The number of pickups that are held; known of a server in this process only.</summary>
    public int HeldPickups => ((NexRenderServer)_server).HeldPickups;

    /// <summary>The part that handles requests; known of a server in this process only.</summary>
    public RequestHandler Requests => ((NexRenderServer)_server).Requests;

    public TestClient Client { get; private set; } = null!;

    /// <param name="options">The options; port and verbosity are overridden, and the database if there is none.</param>
    /// <param name="database">The contents of the database file before the start.</param>
    /// <param name="isGated">True to start it behind its gate although the tests run without it.</param>
    public static async Task<TestServer> Start(ListenerOptions? options = null, string? database = null, bool isGated = false)
    {
        var server = new TestServer(options, isGated);
        try
        {
            if (server._isInRedis)
                server._options = server._options with { Database = null, Store = await SharedRedis.NewDatabase(database) };
            else if (database is not null) File.WriteAllText(server.Database, database);
            await server.StartOnFreePort();
            return server;
        }
        catch
        {
            server._folder.Dispose();
            throw;
        }
    }

    /// <summary>Stops gracefully and starts again: same port, same database.</summary>
    public async Task Restart()
    {
        await Stop();
        _server = await Run(Port);
        _isStopped = false;
        Client = new TestClient(Port);
    }

    /// <summary>Stops gracefully; the database stays until the test server is disposed.</summary>
    public async Task Stop()
    {
        Client.Dispose();
        if (_isStopped) return;
        _isStopped = true;
        if (_server is ServerProcess { HasExited: false } process && !OperatingSystem.IsWindows())
            Assert.AreEqual(0, await process.Terminate());
        await _server.DisposeAsync();
    }

    public Task<RawClient> Connect() => RawClient.Connect(Port);

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Client.Send("GET", path, null, headers);

    public Task<Answer> Post(string json, params (string Name, string Value)[] headers) => Client.Json("POST", "jobs", json, headers);

    public Task<Answer> Put(string path, string json, params (string Name, string Value)[] headers) =>
        Client.Json("PUT", path, json, headers);

    public Task<Answer> Delete(string path, params (string Name, string Value)[] headers) => Client.Send("DELETE", path, null, headers);

    public Task<Answer> Send(string method, string path, byte[]? body = null, params (string Name, string Value)[] headers) =>
        Client.Send(method, path, body, headers);

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _folder.Dispose();
    }

    private async Task StartOnFreePort()
    {
        for (var attempt = 1; ; attempt++)
        {
            Port = Ports.Free();
            try
            {
                _server = await Run(Port);
                Client = new TestClient(Port);
                return;
            }
            catch (Exception) when (attempt < 5 && Ports.IsTaken(Port))
            {
                // Another process has taken the port: try another one.
            }
        }
    }

    private async Task<IAsyncDisposable> Run(int port)
    {
        if (Executable.Published is null || !CanBeToldByOptions) return NexRenderServer.Listen(port, options: _options);
        // Not quiet, because its first line reports that it listens.
        return await ServerProcess.Start([.. Executable.Arguments(_options with { Port = port, Verbosity = Verbosity.Normal })]);
    }

    // Limits, times and the disk have no options on the command line: tests that set them run in process.
    private bool CanBeToldByOptions =>
        _options.Limits == new HttpLimits() && _options.Gate == new GateLimits() && _options.Clock == TimeProvider.System
            && _options.HookLimits == new HookLimits()
            && _options.Storage.Disk.GetType() == typeof(Disk)
        && _options.Storage == new StorageOptions { Disk = _options.Storage.Disk };
}
