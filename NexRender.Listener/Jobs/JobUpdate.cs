using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>Makes the next version of a job.</summary>
internal static class JobUpdate
{
    private static readonly byte[] Picked = "\"picked\""u8.ToArray();

    /// <summary>Hands a job to a worker.</summary>
    public static Job PickUp(Job job, string executor, DateTimeOffset now)
    {
        var members = job.Members();
        members.Set(Fields.State, Picked);
        members.Set(Fields.Executor, JsonText.Quote(executor));
        members.Set(Fields.UpdatedAt, Timestamp.Json(now));
        return Job.From(members);
    }

    /// <summary>Sets the members that a client sent.</summary>
    public static JobResult Merge(Job job, JsonObject sent, DateTimeOffset now)
    {
        var members = job.Members();
        members.Overlay(sent);
        members.Set(Fields.UpdatedAt, Timestamp.Json(now));
        return JobValidator.CheckChanged(members, sent) is { } wrong
            ? JobResult.Refused(RefusalKind.Invalid, wrong)
            : JobResult.Of(Job.From(members));
    }
}
