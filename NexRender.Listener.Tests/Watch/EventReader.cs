using System.Text.Json;

namespace NexRender.Listener.Tests.Watch;

/// <summary>Reads GET /events as a browser does.</summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpClient _http;
    private readonly StreamReader _lines;

    private EventReader(HttpClient http, Stream stream, HttpResponseMessage response)
    {
        (_http, _lines) = (http, new StreamReader(stream));
        Headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The headers of the response.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The id of the last event, to continue from.</summary>
    public string? LastId { get; private set; }

    /// <param name="port">The port of the server.</param>
    /// <param name="query">The query, such as <c>?types=job</c>.</param>
    /// <param name="lastId">The id to continue after; <c>null</c> to begin.</param>
    public static async Task<EventReader> Open(int port, string query = "", string? lastId = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Support.Eventually.Deadline };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/api/v1/events{query}");
        if (lastId is not null) request.Headers.Add("Last-Event-ID", lastId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.AreEqual("text/event-stream", response.EnsureSuccessStatusCode().Content.Headers.ContentType?.MediaType);
        return new EventReader(http, await response.Content.ReadAsStreamAsync(), response) { LastId = lastId };
    }

    /// <summary>Reads the next event; <c>null</c> at the end of the stream.</summary>
    public async Task<(string Name, JsonElement Data)?> Next()
    {
        string name = "message", data = "";
        string? id = null;
        while (await _lines.ReadLineAsync().WaitAsync(Support.Eventually.Deadline) is { } line)
        {
            if (line.Length == 0)
            {
                LastId = id ?? LastId;
                if (data.Length > 0) return (name, JsonDocument.Parse(data).RootElement);
                (name, id) = ("message", null);
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
        }

        return null;
    }

    /// <summary>Reads the next event, which must have a certain name.</summary>
    public async Task<JsonElement> Expect(string name)
    {
        var next = await Next() ?? throw new AssertFailedException($"The stream ended before {name}.");
        Assert.AreEqual(name, next.Name, next.Data.GetRawText());
        return next.Data;
    }

    /// <summary>Reads the next event of a job, whatever its name.</summary>
    public async Task<(string Uid, long Sequence)> NextChange()
    {
        var (name, data) = await Next() ?? throw new AssertFailedException("The stream ended.");
        Assert.StartsWith("job.", name);
        return (data.GetProperty("uid").GetString()!, data.GetProperty("change").GetProperty("sequence").GetInt64());
    }

    public void Dispose()
    {
        _lines.Dispose();
        _http.Dispose();
    }
}
