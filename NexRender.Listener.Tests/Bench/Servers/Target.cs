using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NexRender.Listener.Tests.Bench.Load;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Bench.Servers;

/// <summary>A server to measure: a child process on a port of its own, killed by disposing.</summary>
internal sealed class Target : IDisposable
{
    private readonly Process _process;

    private Target(TargetKind kind, int port, Process process)
    {
        Kind = kind;
        Port = port;
        _process = process;
    }

    public TargetKind Kind { get; }

    public int Port { get; }

    public IReplyFormat Format { get; private init; } = new HttpReplyFormat();

    /// <summary>The database of a listener; empty for other servers.</summary>
    public string Database { get; private init; } = "";

    /// <summary>The number of jobs that measurements have added.</summary>
    public int Created { get; set; }

    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    public bool HasExited => _process.HasExited;

    private string RedisUrl => $"redis://127.0.0.1:{Port}";

    public static Target Listener(string executable, string database, TargetKind kind = TargetKind.Listener)
    {
        var port = Ports.Free();
        return new(kind, port, Start(executable, [
            "--host", "127.0.0.1", "--port", $"{port}", "--database", database, "--quiet"]))
        {
            Database = database,
        };
    }

    public static Target Gate(string executable, string database)
    {
        var port = Ports.Free();
        return new(TargetKind.Gate, port, Start(executable, ["--port", $"{port}", "--database", database, "--quiet"]));
    }

    public static Target Original(string packages, string database)
    {
        var port = Ports.Free();
        var script = $"require('@nexrender/server').listen({port}, '')";
        return new(TargetKind.Original, port, Start("node", ["-e", script], packages, ("NEXRENDER_DATABASE", database)));
    }

    public static Target ListenerOnRedis(string executable, Target redis)
    {
        var port = Ports.Free();
        string[] args = ["--host", "127.0.0.1", "--port", $"{port}", "--store", redis.RedisUrl, "--lead-timeout", "1s", "--quiet"];
        return new(TargetKind.ListenerOnRedis, port, Start(executable, args));
    }

    public static Target OriginalOnRedis(string packages, Target redis)
    {
        var port = Ports.Free();
        var script = $"require('@nexrender/server').listen({port}, '')";
        return new(TargetKind.OriginalOnRedis, port, Start("node", ["-e", script], packages,
            ("NEXRENDER_DATABASE_PROVIDER", "redis"), ("REDIS_URL", redis.RedisUrl),
            ("NODE_PATH", Path.Combine(packages, "node_modules"))));
    }

    public static Target Echo()
    {
        var port = Ports.Free();
        var self = Environment.ProcessPath!;
        string[] run = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(Target).Assembly.Location] : [];
        return new(TargetKind.Echo, port, Start(self, [.. run, EchoServer.Verb, $"{port}"]));
    }

    public static Target Redis(string folder)
    {
        var port = Ports.Free();
        string[] args = ["--bind", "127.0.0.1", "--port", $"{port}", "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always"];
        return new(TargetKind.Redis, port, Start("redis-server", args)) { Format = new RedisReplyFormat() };
    }

    public void WaitUntilItListens(CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (HasExited) throw new InvalidOperationException($"the {Kind} server exited before it listened");
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(new IPEndPoint(IPAddress.Loopback, Port));
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(5))
            {
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>Lets the server end by itself, as a service manager does. Windows has no signals: there it is killed.</summary>
    public void Terminate()
    {
        if (OperatingSystem.IsWindows())
        {
            _process.Kill();
        }
        else
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            kill.WaitForExit();
        }
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Start(string file, string[] args, string? folder = null, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(file, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        // The settings of the load generator are not for the servers.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("DOTNET_SYSTEM_NET", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("NEXRENDER_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return process;
    }
}
