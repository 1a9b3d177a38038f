using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Submissions;

/// <summary>The answer to a submission with an idempotency key. Immutable.</summary>
/// <param name="Key">The key.</param>
/// <param name="Request">The checksum of the request.</param>
/// <param name="At">The time of the submission.</param>
/// <param name="Body">The answer, a JSON value.</param>
internal sealed record Answer(string Key, string Request, DateTimeOffset At, byte[] Body)
{
    private static readonly byte[] KeyName = "key"u8.ToArray();
    private static readonly byte[] RequestName = "request"u8.ToArray();
    private static readonly byte[] AtName = "at"u8.ToArray();
    private static readonly byte[] BodyName = "body"u8.ToArray();

    /// <summary>Reads what <see cref="ToJson"/> wrote; returns <c>null</c> for anything else.</summary>
    public static Answer? Read(byte[] json)
    {
        var members = JsonObject.Parse(json, JsonObject.StoredDepth);
        var (key, request) = (JsonText.GetString(members[KeyName]), JsonText.GetString(members[RequestName]));
        if (key is null || request is null || Timestamp.Parse(members[AtName]) is not { } at || !members.Has(BodyName)) return null;
        return new Answer(key, request, at, members.Value(BodyName).ToArray());
    }

    public byte[] ToJson()
    {
        var json = new JsonObject(4);
        json.Set(KeyName, JsonText.Quote(Key));
        json.Set(RequestName, JsonText.Quote(Request));
        json.Set(AtName, Timestamp.ToJson(At));
        json.Set(BodyName, Body);
        return json.ToBytes();
    }
}
