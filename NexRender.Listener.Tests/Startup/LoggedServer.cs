using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>The executable with a client; its log is read after its end.</summary>
internal sealed class LoggedServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private LoggedServer(int port) => (Port, Client) = (port, new TestClient(port));

    public int Port { get; }

    public TestClient Client { get; }

    public ServerProcess Server { get; private set; } = null!;

    public static async Task<LoggedServer> Start(params string[] arguments)
    {
        var run = new LoggedServer(Ports.Free());
        run.Server = await ServerProcess.Start([$"--port={run.Port}", $"--database={run._folder.File("jobs.js")}", .. arguments]);
        return run;
    }

    /// <summary>Stops the server and returns the lines of its standard output; asserts that standard error is empty.</summary>
    public async Task<string[]> Stop()
    {
        Assert.AreEqual(0, await Server.Terminate());
        Assert.AreEqual("", Server.Errors.Text);
        return Server.Output.Lines;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
