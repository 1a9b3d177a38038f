using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Embedding;

/// <summary>The server inside another program.</summary>
[TestClass]
public sealed class ListenTests
{
    [TestMethod]
    public async Task It_runs_when_it_is_returned_and_has_stopped_when_it_is_disposed()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        var server = NexRenderServer.Listen(port, "s", Options(folder));
        using (var client = new TestClient(port))
        {
            (await client.Send("GET", "jobs")).Expect(403);
            (await client.Json("POST", "jobs", Some.Job("a"), ("nexrender-secret", "s"))).Expect(200);
        }

        Assert.IsFalse(server.Completion.IsCompleted);
        await server.DisposeAsync();
        Assert.IsTrue(server.Completion.IsCompletedSuccessfully);
        await server;
        Assert.IsFalse(Ports.IsTaken(port));
        Assert.Contains("\"uid\":\"a\"", await File.ReadAllTextAsync(folder.File("jobs.js")));
    }

    [TestMethod]
    public async Task Awaiting_it_completes_when_it_is_disposed()
    {
        using var folder = new TempFolder();
        var server = NexRenderServer.Listen(Ports.Free(), null, Options(folder));
        var waiter = WaitFor(server);
        Assert.IsFalse(waiter.IsCompleted);
        await server.DisposeAsync();
        await waiter.WaitAsync(Eventually.Deadline);
    }

    [TestMethod]
    public async Task It_can_be_disposed_repeatedly_and_concurrently()
    {
        using var folder = new TempFolder();
        var server = NexRenderServer.Listen(Ports.Free(), null, Options(folder));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.DisposeAsync().AsTask())).WaitAsync(Eventually.Deadline);
        await server.DisposeAsync();
    }

    [TestMethod]
    public async Task It_can_be_started_again_on_the_same_port_and_database()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        for (var i = 0; i < 5; i++)
        {
            await using var server = NexRenderServer.Listen(port, null, Options(folder));
            using var client = new TestClient(port);
            (await client.Json("POST", "jobs", Some.Job($"job-{i}"))).Expect(200);
            Assert.AreEqual(i + 1, (await client.Send("GET", "jobs")).Expect(200).Json.GetArrayLength());
        }
    }

    [TestMethod]
    public async Task Two_run_side_by_side_on_databases_of_their_own()
    {
        using var folder = new TempFolder();
        var (first, second) = (Ports.Free(), Ports.Free());
        await using var one = NexRenderServer.Listen(first, null, Options(folder));
        await using var two = NexRenderServer.Listen(second, null, Options(folder) with { Database = folder.File("others.js") });
        using var client = new TestClient(first);
        using var other = new TestClient(second);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        Assert.AreEqual("[]", (await other.Send("GET", "jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task The_first_two_arguments_override_the_options()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        var options = Options(folder) with { Port = 1, Secret = "other", Ordering = JobOrdering.NewestFirst };
        await using var server = NexRenderServer.Listen(port, "s", options);
        using var client = new TestClient(port);
        foreach (var uid in new[] { "a", "b" }) (await client.Json("POST", "jobs", Some.Job(uid), ("nexrender-secret", "s"))).Expect(200);
        Assert.AreEqual("b", (await client.Send("GET", "jobs/pickup", null, ("nexrender-secret", "s"))).Expect(200).Member("uid"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(65_536)]
    public void A_port_out_of_range_is_the_callers_error(int port) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NexRenderServer.Listen(port));

    [TestMethod]
    public async Task A_failed_start_gives_its_reason_and_releases_everything()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using (NexRenderServer.Listen(port, null, Options(folder)))
        {
            var held = Assert.ThrowsExactly<StartupException>(() => NexRenderServer.Listen(Ports.Free(), null, Options(folder)));
            Assert.Contains("in use by another server", held.Message);
            var taken = Assert.ThrowsExactly<StartupException>(
                () => NexRenderServer.Listen(port, null, Options(folder) with { Database = folder.File("others.js") }));
            Assert.Contains($"port {port} is in use", taken.Message);
        }

        // The failed starts hold neither the port nor the databases.
        await using var one = NexRenderServer.Listen(port, null, Options(folder) with { Database = folder.File("others.js") });
        await using var two = NexRenderServer.Listen(Ports.Free(), null, Options(folder));
    }

    private static ListenerOptions Options(TempFolder folder) =>
        new() { Database = folder.File("jobs.js"), Verbosity = Verbosity.Quiet };

    private static async Task WaitFor(NexRenderServer server) => await server;
}
