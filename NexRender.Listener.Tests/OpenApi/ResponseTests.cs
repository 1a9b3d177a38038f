using System.Text.Json.Nodes;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;
using NexRender.Listener.Tests.Watch;

namespace NexRender.Listener.Tests.OpenApi;

/// <summary>Responses are as the description says, judged by libraries for OpenAPI and JSON Schema.</summary>
[TestClass]
public sealed class ResponseTests
{
    private const int NoSpace = 28;

    [TestMethod]
    public async Task Every_status_of_every_route_is_as_the_description_says()
    {
        await using var server = await TestServer.Start();
        var recorder = new Recorder(server);
        var description = (await server.Get("openapi.json")).Expect(200).Text;
        using (var events = await EventReader.Open(server.Port))
        {
            var reading = recorder.ReadEvents(events);
            await new Session(recorder).Run();
            using var late = await EventReader.Open(server.Port, "?since=unknown&types=queue");
            var readingLate = recorder.ReadEvents(late);
            await server.Stop();
            await Task.WhenAll(reading, readingLate);
            // Of a stream the head is an exchange like others.
            recorder.Record("GET", "events?since=unknown&types=queue", null, new Answer(200, late.Headers, []));
        }
        await Refused(recorder, 503, new BrokenDisk());
        await Refused(recorder, 507, new BrokenDisk(NoSpace));
        await Check(description, recorder);
    }

    private static async Task Refused(Recorder recorder, int status, BrokenDisk disk)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Storage = new StorageOptions { Disk = disk } });
        var session = new BrokenSession(recorder.For(server));
        await session.Prepare();
        disk.IsBroken = true;
        await session.Run(status);
        // Only a queue that is paused can be resumed.
        disk.IsBroken = false;
        await recorder.For(server).Expect(200, "PATCH", "queue/pause");
        disk.IsBroken = true;
        await recorder.For(server).Expect(status, "PATCH", "queue/resume");
        disk.IsBroken = false;
    }

    private static async Task Check(string description, Recorder recorder)
    {
        var node = await NodeRunner.With("@apidevtools/swagger-parser@13.0.0", "ajv@8.17.1", "ajv-formats@3.0.1");
        using var folder = new TempFolder();
        var recorded = new JsonObject
        {
            ["description"] = JsonNode.Parse(description),
            ["exchanges"] = recorder.Exchanges,
            ["events"] = recorder.Events,
        };
        var script = await File.ReadAllTextAsync(Repository.Path("NexRender.Listener.Tests", "OpenApi", "check.js"));
        await node.Run(script, folder.Write("recorded.json", recorded.ToJsonString()));
    }
}
