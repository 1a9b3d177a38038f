using NexRender.Listener.Http;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Embedding;

/// <summary>A stop has one budget, and loses nothing that was acknowledged.</summary>
[TestClass]
public sealed class ShutdownTests
{
    [TestMethod]
    public void A_stop_takes_less_than_the_5_seconds_that_service_managers_grant() =>
        Assert.IsLessThan(TimeSpan.FromSeconds(5), new ListenerOptions().StopTimeout);

    [TestMethod]
    public async Task A_stop_waits_once_for_a_request_that_does_not_end()
    {
        using var folder = new TempFolder();
        var limits = new HttpLimits { ShutdownTimeout = TimeSpan.FromMilliseconds(50) };
        await using var handler = NexRenderServer.CreateHandler(null, Options(folder) with { Limits = limits });
        await using var host = Host.Start(handler);
        using var stalled = await RawClient.Connect(host.Port);
        await stalled.Send(Host.HalfRequest);
        await Eventually.True(() => host.Handled.Length == 1, "the request has been accepted");
        await handler.Requests.DrainAsync();
        Assert.IsFalse(host.Handled[0].IsCompleted);
        // The wait has timed out, and nothing waits a second time.
        Assert.IsTrue(handler.Requests.DrainAsync().IsCompleted);
        await handler.DisposeAsync();
        var response = await stalled.ReadToEnd();
        Assert.DoesNotContain(" 200 ", response);
        // Not 408: the client may have sent everything, and only the server had no time left to read it.
        Assert.StartsWith("HTTP/1.1 503 ", response);
        await host.Handled[0].WaitAsync(Eventually.Deadline);
    }

    [TestMethod]
    public async Task A_server_knows_whether_a_stop_that_is_cut_short_would_lose_a_change()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        var disk = new GatedDisk();
        await using var server =
            NexRenderServer.Listen(port, options: Options(folder) with { Storage = new StorageOptions { Disk = disk } });
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        Assert.IsTrue(server.IsDurable);
        disk.Close();
        var pending = client.Json("POST", "jobs", Some.Job("b"));
        await disk.Held;
        Assert.IsFalse(server.IsDurable);
        disk.Open();
        (await pending).Expect(200);
        Assert.IsTrue(server.IsDurable);
    }

    private static ListenerOptions Options(TempFolder folder) => new() { Database = folder.File("jobs.js"), Verbosity = Verbosity.Quiet };
}
