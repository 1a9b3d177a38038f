using System.ComponentModel;
using System.Net.Sockets;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis.Fixtures;

/// <summary>A Redis server in a folder of its own, on a free port. A test is inconclusive if Redis is not installed.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int Stopped = 19, Continued = 18, Terminated = 15;

    private readonly TempFolder _folder = new();
    private readonly string[] _settings;
    private ChildProcess? _process;

    private RedisServer(string[] settings) => _settings = settings;

    /// <summary>The settings with which every acknowledged write survives the crash of the machine.</summary>
    public static string[] Durable => ["--appendonly", "yes", "--appendfsync", "always"];

    public int Port { get; private set; }

    /// <summary>The password that clients need; <c>null</c> for none.</summary>
    public string? Password => Setting("--requirepass");

    public string Address => $"127.0.0.1:{Port}";

    public string Url => Password is null ? $"redis://{Address}" : $"redis://:{Password}@{Address}";

    /// <summary>The path of a file in the folder of the server.</summary>
    public string File(string name) => _folder.File(name);

    /// <param name="settings">The command line beyond port and folder; empty for <see cref="Durable"/>.</param>
    public static async Task<RedisServer> Start(params string[] settings)
    {
        var server = new RedisServer(settings.Length == 0 ? Durable : settings);
        try
        {
            await server.StartOnFreePort();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects with the password of the server.</summary>
    public Task<RedisClient> Connect() => RedisClient.Connect(Port, Password);

    /// <summary>Sends a command on a connection of its own.</summary>
    public async Task<object?> Send(params string[] command)
    {
        using var client = await Connect();
        return await client.Send(command);
    }

    /// <summary>Kills it, as <c>kill -9</c> does.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>Stops it as an administrator does.</summary>
    public async Task Stop()
    {
        _process!.Signal(Terminated);
        await _process.WaitForExit();
    }

    /// <summary>Stops its execution; connections stay open, and nothing is answered.</summary>
    public void Pause() => _process!.Signal(Stopped);

    public void Resume() => _process!.Signal(Continued);

    /// <summary>Starts it again after <see cref="Kill"/> or <see cref="Stop"/>: same port, same folder.</summary>
    public async Task Restart()
    {
        await _process!.DisposeAsync();
        Assert.IsTrue(await Run(), $"Redis did not start again: {_process.Output.Text}");
    }

    /// <summary>Makes it a replica of another server, and waits until it has all data.</summary>
    public async Task ReplicaOf(RedisServer primary)
    {
        using var client = await Connect();
        if (primary.Password is { } password) await client.Send("CONFIG", "SET", "masterauth", password);
        await client.Send("REPLICAOF", "127.0.0.1", $"{primary.Port}");
        await Eventually.True(async () => await client.Info("master_link_status") == "up", "the replica has all data");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartOnFreePort()
    {
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Port = Ports.Free();
            if (await Run()) return;
            // Another process may have taken the port.
            var said = _process!.Output.Text;
            await _process.DisposeAsync();
            if (attempt == 5 || !said.Contains("Address already in use")) Assert.Fail($"Redis did not start: {said}");
        }
    }

    // False if the process has ended instead.
    private async Task<bool> Run()
    {
        string[] command = ["redis-server", "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", _folder.Path, "--save", "", .. _settings];
        _process = Launch(command, _folder.Path);
        await Eventually.True(async () => _process.HasExited || await IsReady(), "Redis answered");
        return !_process.HasExited;
    }

    private async Task<bool> IsReady()
    {
        try
        {
            return await Send("PING") is "PONG";
        }
        catch (Exception e) when (e is SocketException or IOException or RedisException)
        {
            // Not yet, or it loads its files.
            return false;
        }
    }

    private string? Setting(string name)
    {
        var at = Array.IndexOf(_settings, name);
        return at < 0 ? null : _settings[at + 1];
    }

    internal static ChildProcess Launch(string[] command, string folder)
    {
        try
        {
            return ChildProcess.Launch(command, ChildProcess.Inherited(), folder);
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("This test needs redis-server on the PATH.");
            throw;
        }
    }
}
