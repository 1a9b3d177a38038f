using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>Merges bodies of PUTs into the members of a job.</summary>
internal static class ReportOverlay
{
    /// <summary>Overlays a worker's report, except server-owned members.</summary>
    /// <param name="members">The members of the job.</param>
    /// <param name="body">The report.</param>
    /// <param name="isLast">True if the report ends the attempt, so that its state counts even if its progress is old.</param>
    public static void Report(JsonObject members, JsonObject body, bool isLast = false)
    {
        // Workers report frames without waiting for the answers, so an earlier report may arrive later.
        var isOvertaken = IsOvertaken(members, body);
        var error = ErrorMessages.Add(members.Value(Fields.Error), body.Value(Fields.Error));
        var hadError = members.Has(Fields.Error);
        members.Overlay(body, name => MemberSets.ServerOwned.Has(name)
            || (hadError && MemberSets.Is(name, Fields.Error))
            || (isOvertaken && (MemberSets.Is(name, Fields.RenderProgress) || (!isLast && MemberSets.Is(name, Fields.State)))));
        if (!error.IsEmpty) members.Set(Fields.Error, error);
    }

    /// <summary>Overlays what is not part of an attempt: a copy that was read before must not bring the closed attempt back.</summary>
    public static void WithoutAttempt(JsonObject members, JsonObject body) => members.Overlay(
        body,
        name => MemberSets.Attempt.Has(name) || MemberSets.ServerOwned.Has(name) || MemberSets.Is(name, Fields.Timings));

    private static bool IsOvertaken(JsonObject members, JsonObject body) =>
        JsonText.IsNumber(members[Fields.RenderProgress]) && JsonText.IsNumber(body[Fields.RenderProgress])
        && JsonText.Number(body[Fields.RenderProgress]) < JsonText.Number(members[Fields.RenderProgress]);
}
