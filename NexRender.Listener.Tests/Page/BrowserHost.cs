using System.Net;
using System.Text.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Page;

/// <summary>A browser that runs the scripts beside this file against servers.</summary>
internal sealed class BrowserHost : IAsyncDisposable
{
    private static readonly string[] Packages = ["playwright-core@1.65.1", "axe-core@4.14.1"];

    private readonly ChildProcess _node;
    private readonly HttpClient _client = new() { Timeout = Deadline };

    private BrowserHost(ChildProcess node) => _node = node;

    /// <summary>The time that the longest script has on a busy machine.</summary>
    public static TimeSpan Deadline { get; } = TimeSpan.FromMinutes(4);

    /// <summary>Starts the browser; the test is inconclusive if there is none.</summary>
    public static async Task<BrowserHost> Start()
    {
        var node = await NodeRunner.With(Packages);
        var tests = JsonSerializer.Serialize(Repository.Path("NexRender.Listener.Tests", "Page", "tests.js"));
        var host = new BrowserHost(node.Start($"require({tests})"));
        var isStarted = () => host._node.HasExited || host._node.Output.Text.Contains('\n');
        await Eventually.True(isStarted, "the browser starts", Deadline);
        if (!host._node.HasExited && host._node.Output.Text.StartsWith("port ", StringComparison.Ordinal)) return host;
        await host._node.WaitForExit();
        var (output, errors) = (host._node.Output.Text, host._node.Errors.Text);
        await host.DisposeAsync();
        if (output.StartsWith("skipped", StringComparison.Ordinal)) Assert.Inconclusive(output);
        throw new AssertFailedException($"The browser did not start: {errors}{output}");
    }

    /// <summary>Runs a test against a server without jobs, and fails with the fault of the script.</summary>
    public async Task Run(string test, TestServer server, string? secret = null)
    {
        var port = _node.Output.Lines[0].Split(' ')[1];
        var query = $"base=http://127.0.0.1:{server.Port}/&secret={Uri.EscapeDataString(secret ?? "")}&test={Uri.EscapeDataString(test)}";
        using var response = await _client.GetAsync($"http://127.0.0.1:{port}/?{query}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, text);
    }

    /// <summary>Waits until a test wants its server to be restarted, or has ended.</summary>
    public Task RestartIsWanted(string test, Task run) =>
        Eventually.True(() => run.IsCompleted || _node.Output.Lines.Contains($"restart {test}"), "the script wants a restart", Deadline);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }
}
