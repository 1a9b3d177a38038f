using System.Text.Json;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Clients;

/// <summary>The original reads our file, and we read the original's.</summary>
[TestClass]
public sealed class InterchangeTests
{
    [TestMethod]
    public async Task A_database_of_the_original_opens_here_with_the_same_list()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        Answer theirs;
        await using (var original = await OriginalServer.Start(database))
        {
            await Fill(original.Client);
            theirs = (await original.Client.Send("GET", "/api/v1/jobs")).Expect(200);
            // The original answers before it has written its file.
            await Eventually.True(() => IsWritten(database, theirs.Json), "the original has written its file");
        }

        await using var server = await TestServer.Start(new ListenerOptions { Database = database });
        var ours = (await server.Get("jobs")).Expect(200);
        Assert.AreEqual(4, ours.Json.GetArrayLength());
        Assert.AreEqual(Canonical(theirs.Json), Canonical(ours.Json));
        Assert.AreEqual("waiting", (await server.Get("jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task Our_database_opens_in_the_original_with_the_same_list()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        Answer ours;
        await using (var server = await TestServer.Start(new ListenerOptions { Database = database }))
        {
            await Fill(server.Client);
            ours = (await server.Get("jobs")).Expect(200);
        }

        await using var original = await OriginalServer.Start(database);
        var theirs = (await original.Client.Send("GET", "/api/v1/jobs")).Expect(200);
        Assert.AreEqual(4, theirs.Json.GetArrayLength());
        Assert.AreEqual(Canonical(ours.Json), Canonical(theirs.Json));
        Assert.AreEqual("waiting", (await original.Client.Send("GET", "/api/v1/jobs/pickup")).Expect(200).Member("uid"));
    }

    [TestMethod]
    public async Task A_farm_can_move_there_and_back()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        await using (var server = await TestServer.Start(new ListenerOptions { Database = database }))
            await Fill(server.Client);
        await using (var original = await OriginalServer.Start(database))
        {
            (await original.Client.Json("PUT", "/api/v1/jobs/waiting", """{"state":"finished"}""")).Expect(200);
            (await original.Client.Send("DELETE", "/api/v1/jobs/failed")).Expect(200);
            var list = (await original.Client.Send("GET", "/api/v1/jobs")).Json;
            await Eventually.True(() => IsWritten(database, list), "the original has written its file");
        }

        await using var again = await TestServer.Start(new ListenerOptions { Database = database });
        Assert.AreEqual("finished", (await again.Get("jobs/waiting")).Expect(200).Member("state"));
        (await again.Get("jobs/failed")).Expect(404);
        Assert.AreEqual(3, (await again.Get("jobs")).Json.GetArrayLength());
    }

    // A typical database: a job of every state, every kind of asset, text of every script.
    private static async Task Fill(TestClient client)
    {
        var texts = JsonSerializer.Serialize("Grüße, 世界, \u2028 \"quoted\" \\ 😀");
        await Post(client, Some.FullJob("done"));
        await Post(client, Some.Job("failed", members: $"\"note\":{texts}"));
        await Post(client, Some.Job("running", priority: 3));
        await Post(client, Some.Job("waiting", members: "\"empty\":{},\"none\":null,\"numbers\":[0,-1,1.5,1e3]"));
        await Put(client, "done", """{"state":"finished","renderProgress":100,"finishedAt":"2026-11-20T08:31:02.118Z"}""");
        await Put(client, "failed", """{"state":"error","error":["one","two"],"errorAt":"2026-11-20T08:31:02.118Z"}""");
        var picked = (await client.Send("GET", "/api/v1/jobs/pickup", null, ("nexrender-name", "render-1"))).Expect(200).Text;
        const string Started = "\"state\":\"started\",\"startedAt\":\"2026-11-20T08:15:30.250Z\"";
        await Put(client, "running", picked.Replace("\"state\":\"picked\"", Started));
    }

    private static async Task Post(TestClient client, string job) => (await client.Json("POST", "/api/v1/jobs", job)).Expect(200);

    private static async Task Put(TestClient client, string uid, string change) =>
        (await client.Json("PUT", $"/api/v1/jobs/{uid}", change)).Expect(200);

    private static bool IsWritten(string database, JsonElement list)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllText(database));
            return Canonical(file.RootElement) == Canonical(list);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // It is still being written.
            return false;
        }
    }

    // JavaScript normalises numbers (1.50 to 1.5), so values are compared and not their text.
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}" + string.Concat(value.EnumerateObject().Select(m => $"{Some.Quoted(m.Name)}:{Canonical(m.Value)};")),
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.Number => value.GetDouble().ToString("R"),
        JsonValueKind.String => Some.Quoted(value.GetString()!),
        _ => value.GetRawText(),
    };
}
