using System.Text;
using System.Text.Json;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Tests.Support;

/// <summary>A response: status, headers with case-insensitive names, and body.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; throws if it is not valid.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 1_000 });
            return document.RootElement.Clone();
        }
    }

    /// <summary>The names of the members of the body, in order.</summary>
    public string Names => string.Join(' ', Json.EnumerateObject().Select(member => member.Name));

    /// <summary>The uids of the jobs in the body, in order.</summary>
    public string Uids => string.Join(' ', Json.EnumerateArray().Select(job => job.GetProperty("uid").ToString()));

    /// <summary>The JSON of a member of the body, as it was sent.</summary>
    public string Raw(string name) => Json.GetProperty(name).GetRawText();

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>A member of the body as text: a string's content, any other value's JSON.</summary>
    public string Member(string name)
    {
        var value = Json.GetProperty(name);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
    }

    /// <summary>Asserts the status, shows the body if it differs, and returns itself.</summary>
    public Answer Expect(int status)
    {
        Assert.AreEqual(status, Status, $"The body was: {Text}");
        return this;
    }

    /// <summary>Asserts the status, and that the text contains all parts.</summary>
    public Answer Expect(int status, params string[] parts)
    {
        Expect(status);
        foreach (var part in parts) Assert.Contains(part, Text);
        return this;
    }
}
