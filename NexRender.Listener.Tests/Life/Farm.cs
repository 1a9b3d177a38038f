using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A server, a clock that the test moves, and workers.</summary>
internal sealed class Farm : IAsyncDisposable
{
    private Farm(TestServer server, FakeClock clock) => (Server, Clock) = (server, clock);

    public TestServer Server { get; }

    public FakeClock Clock { get; }

    /// <param name="options">The options of the server; its clock is the farm's.</param>
    /// <param name="database">The content of its database file before it starts.</param>
    public static async Task<Farm> Start(ListenerOptions? options = null, string? database = null)
    {
        var clock = new FakeClock();
        return new Farm(await TestServer.Start((options ?? new ListenerOptions()) with { Clock = clock }, database), clock);
    }

    public Worker Worker(string name) => new(() => Server.Client, name);

    /// <summary>Creates jobs, one after the other.</summary>
    public async Task Post(params string[] uids)
    {
        foreach (var uid in uids) (await Server.Post(Some.Job(uid))).Expect(200);
    }

    public async Task<Answer> Job(string uid) => (await Server.Get($"jobs/{uid}")).Expect(200);

    public async Task<string> State(string uid) => (await Job(uid)).Member("state");

    /// <summary>Sets members as a person or a script does: it names no attempt.</summary>
    public Task<Answer> Edit(string uid, string json) => Server.Put($"jobs/{uid}", json);

    /// <summary>Cancels, retries, pauses or resumes a job.</summary>
    public Task<Answer> Act(string uid, string action, string? json = null) => json is null
        ? Server.Send("PATCH", $"jobs/{uid}/{action}")
        : Server.Client.Json("PATCH", $"jobs/{uid}/{action}", json);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
