using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Many;

/// <summary>Writes the response to an action on many jobs.</summary>
internal static class BulkReport
{
    private const int MaxUnchanged = 1000;

    private static readonly byte[] Matched = "matched"u8.ToArray();
    private static readonly byte[] Changed = "changed"u8.ToArray();
    private static readonly byte[] Unchanged = "unchanged"u8.ToArray();
    private static readonly byte[] Reason = "reason"u8.ToArray();

    public static ApiResponse Respond(BulkResult result)
    {
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        var report = new JsonObject(3);
        report.Set(Matched, JsonText.FromInteger(result.Matched));
        report.Set(Changed, JsonText.FromInteger(result.Changed));
        report.Set(Unchanged, JsonArray.Write([.. result.Unchanged.Take(MaxUnchanged).Select(job => ToJson(job.Key, job.Value))]));
        return ApiResponse.Json(report.ToBytes());
    }

    private static ReadOnlyMemory<byte> ToJson(string uid, string reason)
    {
        var json = new JsonObject(2);
        json.Set(Fields.Uid, JsonText.Quote(uid));
        json.Set(Reason, JsonText.Quote(reason));
        return json.ToBytes();
    }
}
