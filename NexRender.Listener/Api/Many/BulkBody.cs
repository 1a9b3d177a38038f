using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Many;

/// <summary>The body of a request for an action on many jobs.</summary>
/// <param name="Uids">The uids of the jobs; <c>null</c> if the body has none.</param>
/// <param name="Reason">The reason of a cancellation; empty for none.</param>
internal readonly record struct BulkBody(List<string>? Uids, string Reason)
{
    private static readonly byte[] JobsName = "jobs"u8.ToArray();
    private static readonly byte[] ReasonName = "reason"u8.ToArray();

    /// <summary>Reads the body of a request, if it has one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">The body.</param>
    /// <param name="error">The response to a body that is not valid; otherwise <c>null</c>.</param>
    public static bool TryRead(ApiRequest request, out BulkBody body, out ApiResponse? error)
    {
        (body, error) = (new BulkBody(null, ""), null);
        if (RequestBody.IsNothing(request)) return true;
        if (!RequestBody.TryParse(request, out var members, out error)) return false;
        var reason = members![ReasonName];
        if (!reason.IsEmpty && !JsonText.IsString(reason) && !reason.SequenceEqual("null"u8))
            error = ApiResponse.Text(400, "the reason must be a string");
        var uids = members.Value(JobsName);
        if (!uids.IsEmpty && !AreStrings(uids)) error ??= ApiResponse.Text(400, "jobs must be an array of uids");
        if (error is not null) return false;
        var list = uids.IsEmpty ? null : JsonArray.Items(uids).ConvertAll(uid => JsonText.GetString(uid.Span)!);
        body = new BulkBody(list, JsonText.GetString(reason) ?? "");
        return true;
    }

    private static bool AreStrings(ReadOnlyMemory<byte> value) =>
        value.Span[0] == '[' && JsonArray.Items(value).TrueForAll(item => JsonText.IsString(item.Span));
}
