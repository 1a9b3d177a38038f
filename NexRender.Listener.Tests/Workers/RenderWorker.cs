using System.Diagnostics;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Workers;

/// <summary>
/// A process that works as nexrender's worker does, with the packages from npm and a stand-in for After Effects. If the variable
/// NEXRENDER_TEST_WORKER names a folder of nexrender's own worker, it is that worker, unmodified.
/// </summary>
internal sealed class RenderWorker : IAsyncDisposable
{
    private static readonly string? Original = Environment.GetEnvironmentVariable("NEXRENDER_TEST_WORKER");

    private readonly Func<ChildProcess> _start;
    private readonly Lock _lock = new();
    private ChildProcess _node;
    private bool _isDisposed;

    private RenderWorker(Func<ChildProcess> start)
    {
        (_start, _node) = (start, start());
        Running = StartAgain();
    }

    /// <summary>
    /// Starts the process again whenever it ends, as a service manager does: the client library never completes a request whose answer is
    /// cut in its body, and a process that waits for nothing else ends. Fails if it ends with an error.
    /// </summary>
    public Task Running { get; }

    /// <summary>The number of times that it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>The last lines of its log, and its errors.</summary>
    public string LastWords => string.Join('\n', _node.Output.Lines.TakeLast(20)) + _node.Errors.Text;

    /// <summary>Starts a worker.</summary>
    /// <param name="port">The port where it finds the server.</param>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The folder of its files, which is new.</param>
    /// <param name="renders">The file in which the stand-in notes each render.</param>
    /// <param name="pickupTimeout">The time after which it gives a pickup up.</param>
    public static async Task<RenderWorker> Start(int port, string name, string folder, string renders, TimeSpan pickupTimeout)
    {
        var runner = await NodeRunner.With("@nexrender/core@1.63.3", "@nexrender/api@1.62.0", "@nexrender/types@1.62.0");
        Directory.CreateDirectory(folder);
        var renderer = Path.Combine(folder, "aerender");
        File.Copy(Repository.Path("NexRender.Listener.Tests", "Workers", "aerender.sh"), renderer);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(renderer, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = await File.ReadAllTextAsync(Repository.Path("NexRender.Listener.Tests", "Workers", "worker.js"));
        var variables = new Dictionary<string, string>
        {
            ["FARM_WORKER"] = name,
            ["FARM_RENDERS"] = renders,
            ["NEXRENDER_PICKUP_TIMEOUT"] = $"{pickupTimeout.TotalMilliseconds}",
        };
        string[] arguments = [$"http://127.0.0.1:{port}", name, folder, string.IsNullOrEmpty(Original) ? "" : Path.GetFullPath(Original)];
        var worker = new RenderWorker(() => runner.Start(script, variables, arguments));
        await worker._node.Output.Line("running");
        return worker;
    }

    /// <summary>Kills it, and the render that it has begun.</summary>
    public async ValueTask DisposeAsync()
    {
        ChildProcess node;
        lock (_lock)
        {
            _isDisposed = true;
            node = _node;
        }
        if (!node.HasExited) Process.GetProcessById(node.Id).Kill(entireProcessTree: true);
        await Running;
    }

    private async Task StartAgain()
    {
        while (true)
        {
            var code = await _node.WaitForExit(TimeSpan.FromHours(1));
            await using var ended = _node;
            lock (_lock)
            {
                if (_isDisposed) return;
                Assert.AreEqual(0, code, LastWords);
                _node = _start();
                Restarts++;
            }
        }
    }
}
