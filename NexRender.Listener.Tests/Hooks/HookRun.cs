using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>Servers one after the other with the same database, and a receiver that outlives them.</summary>
internal sealed class HookRun : IDisposable
{
    private readonly TempFolder _folder = new();
    private TestClient? _client;

    public HookReceiver Receiver { get; } = HookReceiver.Start();

    public string HooksFile => Database + ".hooks";

    private string Database => _folder.File("jobs.js");

    public Task<ServerProcess> Start() => Start($"--webhook={Receiver.Url}");

    public Task<ServerProcess> StartWithoutHooks() => Start([]);

    /// <summary>Adds a job and ends it.</summary>
    public async Task End(string uid)
    {
        (await _client!.Json("POST", "jobs", Some.Job(uid))).Expect(200);
        (await _client.Json("PUT", $"jobs/{uid}", """{"state":"finished"}""")).Expect(200);
    }

    /// <summary>Waits until the file of undelivered hooks contains a text.</summary>
    public Task Written(string text) =>
        Eventually.True(() => File.Exists(HooksFile) && File.ReadAllText(HooksFile).Contains(text), $"the file contains {text}");

    public void Dispose()
    {
        _client?.Dispose();
        Receiver.Dispose();
        _folder.Dispose();
    }

    private async Task<ServerProcess> Start(params string[] arguments)
    {
        var port = Ports.Free();
        _client?.Dispose();
        _client = new TestClient(port);
        return await ServerProcess.Start([$"--port={port}", $"--database={Database}", .. arguments]);
    }
}
