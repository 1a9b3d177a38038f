using System.Text.Json.Nodes;
using NexRender.Listener.Tests.Support;
using NexRender.Listener.Tests.Watch;

namespace NexRender.Listener.Tests.OpenApi;

/// <summary>Sends requests and records them with their responses.</summary>
/// <param name="server">The server.</param>
internal sealed class Recorder(TestServer server)
{
    public JsonArray Exchanges { get; private init; } = [];

    public JsonArray Events { get; private init; } = [];

    /// <summary>Returns a recorder of the requests to another server, which adds to the same record.</summary>
    public Recorder For(TestServer other) => new(other) { Exchanges = Exchanges, Events = Events };

    /// <summary>Sends a request and asserts the status of the response.</summary>
    /// <param name="status">The expected status.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">The path below <c>/api/v1</c>, and the query.</param>
    /// <param name="json">The body; <c>null</c> for none.</param>
    /// <param name="headers">Headers of the request.</param>
    public async Task<Answer> Expect(
        int status, string method, string target, string? json = null, params (string Name, string Value)[] headers)
    {
        var answer = json is null
            ? await server.Client.Send(method, target, null, headers)
            : await server.Client.Json(method, target, json, headers);
        Assert.AreEqual(status, answer.Status, $"{method} {target}: {answer.Text}");
        Record(method, target, json, answer);
        return answer;
    }

    /// <summary>Records the events of a stream until it ends.</summary>
    public async Task ReadEvents(EventReader reader)
    {
        while (await reader.Next() is (var name, var data))
            Events.Add(new JsonObject { ["name"] = name, ["data"] = JsonNode.Parse(data.GetRawText()) });
    }

    /// <summary>Records a request and its response.</summary>
    public void Record(string method, string target, string? json, Answer answer)
    {
        var (path, query) = target.IndexOf('?') is var mark and >= 0 ? (target[..mark], target[(mark + 1)..]) : (target, "");
        var headers = answer.Headers.Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), (JsonNode?)header.Value));
        var exchange = new JsonObject
        {
            ["method"] = method,
            ["path"] = $"/{path}",
            ["query"] = query,
            ["status"] = answer.Status,
            ["headers"] = new JsonObject(headers),
            ["text"] = answer.Text,
        };
        // Absent without a body; a body that is not JSON is only sent to be refused.
        if (json is not null && answer.Status == 200) exchange["sent"] = JsonNode.Parse(json);
        Exchanges.Add(exchange);
    }
}
