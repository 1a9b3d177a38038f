using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm;

/// <summary>Computes how long a render took, by the worker's own clock, which is the same at both ends.</summary>
internal static class RenderTime
{
    /// <summary>Returns the time of an ended job; <c>null</c> if its worker did not report both ends.</summary>
    public static TimeSpan? Of(Job job)
    {
        var members = job.Members();
        var time = Of(members, Fields.FinishedAt);
        members.Recycle();
        return time;
    }

    /// <summary>Returns the time between the start and an end; <c>null</c> if one of them is missing.</summary>
    /// <param name="members">The members of a job or an attempt.</param>
    /// <param name="end">The name of the member with the end.</param>
    public static TimeSpan? Of(JsonObject members, byte[] end) =>
        Timestamp.Parse(members[end]) - Timestamp.Parse(members[Fields.StartedAt]);
}
