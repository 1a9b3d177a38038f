using System.Text;
using NexRender.Listener.Farm.Hooks.Sending;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Reading;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>
/// Writes the bodies of hooks. Everything in them comes from the version of the job, so that the body is the same if it must be made again
/// after a crash.
/// </summary>
internal static class HookBody
{
    private const int IdBytes = 16;
    private const int MaxLength = 1 << 20;

    /// <summary>Returns the id of the end of a job: the same for each receiver and each try.</summary>
    public static string Id(Job job)
    {
        var end = $"{job.Uid}\n{job.State}\n{job.UpdatedAt}";
        return Convert.ToHexStringLower(BodySignature.Hash(Encoding.UTF8.GetBytes(end)).AsSpan(0, IdBytes));
    }

    /// <summary>Returns the name of the event of an ended job, as in <c>GET /events</c>.</summary>
    public static string EventOf(Job job) =>
        job.State == JobState.Finished ? "job.finished" : job.IsCancelled ? "job.cancelled" : "job.error";

    /// <summary>Writes the body. What is longer than 1 MB comes without the members of any length.</summary>
    /// <param name="job">The ended job.</param>
    /// <param name="statuses">Writes status objects.</param>
    /// <param name="own">The webhook of the job's own, which adds to the body; <c>null</c> for a hook of the operator.</param>
    public static byte[] Write(Job job, StatusView statuses, JobWebhook? own = null)
    {
        var members = job.Members();
        var body = new JsonObject(12);
        body.Set("id"u8.ToArray(), JsonText.Quote(Id(job)));
        body.Set(DeliveryFields.Event, JsonText.Quote(EventOf(job)));
        body.Set(Fields.Uid, members.Value(Fields.Uid));
        body.Set(Fields.State, members.Value(Fields.State));
        body.Set("time"u8.ToArray(), Timestamp.ToJson(DateTimeOffset.FromUnixTimeMilliseconds(job.UpdatedAt)));
        body.Set("attempt"u8.ToArray(), JsonText.FromInteger(Attempts.Present(members)));
        var brief = body.ToBytes();
        var status = statuses.Write(job);
        var error = JsonObject.ParseOrEmpty(status)["error"u8];
        body.Set("reason"u8.ToArray(), job.State == JobState.Error && JsonText.IsString(error) ? error.ToArray() : "null"u8.ToArray());
        body.Set(Fields.Output, members.Has(Fields.Output) ? members.Value(Fields.Output) : "\"\""u8.ToArray());
        if (job.Links?.BatchId is { } batch) body.Set(Fields.BatchId, JsonText.Quote(batch));
        body.Set("status"u8.ToArray(), status);
        if (own is { Data.IsEmpty: false }) body.Set("data"u8.ToArray(), own.Data);
        if (own is { Custom.IsEmpty: false }) body.Set("custom"u8.ToArray(), own.Custom);
        var bytes = body.ToBytes();
        members.Recycle();
        // One of many megabytes would push many others out of the queue.
        return bytes.Length <= MaxLength ? bytes : [.. brief.AsSpan(..^1), .. ",\"truncated\":true}"u8];
    }
}
