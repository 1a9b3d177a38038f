using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Embedding;

/// <summary>The handler behind a listener of the caller's own.</summary>
[TestClass]
public sealed class HandlerTests
{
    [TestMethod]
    public async Task It_answers_what_it_is_given()
    {
        using var folder = new TempFolder();
        await using var handler = NexRenderServer.CreateHandler("s", Options(folder));
        await using var host = Host.Start(handler);
        using var client = new TestClient(host.Port);
        var secret = ("nexrender-secret", "s");
        (await client.Send("GET", "jobs")).Expect(403);
        (await client.Json("POST", "jobs", Some.Job("a"), secret)).Expect(200);
        Assert.AreEqual("a", (await client.Send("GET", "jobs/pickup", null, secret)).Expect(200).Member("uid"));
        (await client.Send("GET", "nowhere", null, secret)).Expect(404);
    }

    [TestMethod]
    public async Task The_caller_keeps_the_paths_that_it_does_not_pass_on()
    {
        using var folder = new TempFolder();
        await using var handler = NexRenderServer.CreateHandler(null, Options(folder));
        await using var host = Host.Start(handler);
        using var client = new TestClient(host.Port);
        Assert.AreEqual("mine", (await client.Send("GET", "/mine")).Expect(200).Text);
        (await client.Send("GET", "jobs")).Expect(200);
    }

    [TestMethod]
    public async Task Disposed_it_has_everything_in_the_file_and_refuses_what_comes()
    {
        using var folder = new TempFolder();
        var handler = NexRenderServer.CreateHandler(null, Options(folder));
        await using var host = Host.Start(handler);
        using var client = new TestClient(host.Port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        await handler.DisposeAsync();
        Assert.Contains("\"uid\":\"a\"", await File.ReadAllTextAsync(folder.File("jobs.js")));
        (await client.Json("POST", "jobs", Some.Job("b"))).Expect(503);
        (await client.Send("GET", "jobs")).Expect(503);
        await using var next = NexRenderServer.CreateHandler(null, Options(folder));
    }

    [TestMethod]
    public async Task It_never_throws_whatever_the_client_does()
    {
        using var folder = new TempFolder();
        await using var handler = NexRenderServer.CreateHandler(null, Options(folder));
        await using var host = Host.Start(handler);
        using (var raw = await RawClient.Connect(host.Port))
        {
            await raw.Send(Host.HalfRequest);
            await Eventually.True(() => host.Handled.Length == 1, "the request has been accepted");
            raw.Reset();
        }

        using var client = new TestClient(host.Port);
        (await client.Send("GET", "jobs/%")).Expect(400);
        await Eventually.True(() => host.Handled.Count(task => task.IsCompletedSuccessfully) == 2, "both requests have been handled");
    }

    private static ListenerOptions Options(TempFolder folder) =>
        new() { Database = folder.File("jobs.js"), Verbosity = Verbosity.Quiet };
}
