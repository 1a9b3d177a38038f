using System.Text.Json;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Tests.Support;

/// <summary>Valid jobs as JSON.</summary>
internal static class Some
{
    public const string Template = """{"src":"file:///tmp/some.aep","composition":"main"}""";

    /// <summary>The smallest valid job, with the given values; <paramref name="members"/> is raw JSON such as <c>"a":1</c>.</summary>
    public static string Job(
        string? uid = null, string? tags = null, double? priority = null, string? state = null, string? members = null)
    {
        var parts = new List<string>();
        if (uid is not null) parts.Add($"\"uid\":{Quoted(uid)}");
        parts.Add($"\"template\":{Template}");
        if (tags is not null) parts.Add($"\"tags\":{Quoted(tags)}");
        if (priority is not null) parts.Add($"\"priority\":{JsonSerializer.Serialize(priority)}");
        if (state is not null) parts.Add($"\"state\":{Quoted(state)}");
        if (members is not null) parts.Add(members);
        return "{" + string.Join(',', parts) + "}";
    }

    /// <summary>A job with an asset of every type, actions, and members that the server does not know.</summary>
    public static string FullJob(string uid = "full") =>
        $$"""
        {
          "uid": {{Quoted(uid)}},
          "type": "default",
          "template": {
            "src": "https://example.test/some.aepx", "composition": "main", "frameStart": 0, "frameEnd": 250.5,
            "outputModule": "H.264", "continueOnMissing": true
          },
          "tags": "4k, fast",
          "priority": 7,
          "assets": [
            {"type": "image", "src": "https://example.test/a.png", "layerName": "logo"},
            {"type": "audio", "src": "https://example.test/a.wav", "layerIndex": 3},
            {"type": "video", "src": "https://example.test/a.mov", "layerName": "clip"},
            {"type": "data", "layerName": "title", "property": "Source Text", "value": "Grüße \u2028 \"quoted\""},
            {"type": "data", "layerIndex": 2, "property": "Position", "expression": "[wiggle(1, 2), 0]"},
            {"type": "script", "src": "file:///tmp/some.jsx", "parameters": [{"key": "n", "value": 1.50}]},
            {"type": "static", "src": "file:///tmp/font.ttf"}
          ],
          "actions": {
            "prerender": [{"module": "./warm-up.js"}],
            "postrender": [{"module": "@nexrender/action-encode", "preset": "mp4", "output": "out.mp4"}],
            "custom": [{"anything": null}]
          },
          "onChange": "ignored",
          "owner": {"id": 12345678901234567890, "ratio": 1.000}
        }
        """;

    public static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    public static string Quoted(string text) => JsonSerializer.Serialize(text);
}
