using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>A published file that runs as a server in an environment that the test prepared.</summary>
internal sealed class PublishedServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private PublishedServer(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
        Client = new TestClient(port);
    }

    public int Id => _process.Id;

    public int Port { get; }

    public TestClient Client { get; }

    /// <param name="command">The file, after a prefix that changes the environment and then replaces itself, such as <c>chroot</c>.</param>
    /// <param name="database">The path of the database as the server sees it; <c>null</c> to omit the option.</param>
    /// <param name="environment">Its complete environment.</param>
    /// <param name="folder">Its working folder.</param>
    public static async Task<PublishedServer> Start(
        IEnumerable<string> command, string? database, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var port = Ports.Free();
        string[] words = [.. command, $"--port={port}", .. database is null ? Array.Empty<string>() : [$"--database={database}"]];
        var process = ChildProcess.Launch(words, environment ?? new Dictionary<string, string>(), folder);
        try
        {
            await process.Output.Line(" listens on ");
            return new PublishedServer(process, port);
        }
        catch (AssertFailedException) when (process.Output.End.IsCompleted)
        {
            throw new AssertFailedException(
                $"The server ended with exit code {await process.WaitForExit()}: {process.Errors.Text}{process.Output.Text}");
        }
    }

    public async Task<Answer> Submit() => (await Client.Json("POST", "jobs", Some.Job())).Expect(200);

    /// <summary>Sends SIGTERM and asserts that the exit code is 0.</summary>
    public async Task Stop()
    {
        _process.Signal(15);
        Assert.AreEqual(0, await _process.WaitForExit());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }
}
