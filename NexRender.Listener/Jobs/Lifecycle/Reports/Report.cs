using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>The body of a PUT in relation to the job that it is about.</summary>
/// <param name="Kind">Its meaning.</param>
/// <param name="IsOwn">True if it belongs to the job's present attempt.</param>
internal readonly record struct Report(ReportKind Kind, bool IsOwn)
{
    public static Report Read(JsonObject body, JsonObject job, Phase phase)
    {
        // The time at which a worker began is the token of its attempt: two workers never have the same.
        if (!JsonText.IsTruthy(body[Fields.StartedAt])) return new Report(ReportKind.Edit, IsOwn: true);
        var isWholeJob = body.Has(Fields.Template);
        var kind = KindOf(JsonText.GetString(body[Fields.State]), isWholeJob, JsonText.IsTruthy(body[Fields.Error]));
        var token = (phase, kind) switch
        {
            (Phase.Picked, ReportKind.Start) => Fields.Executor,
            (Phase.Cancelled, _) => Fields.CancelledAt,
            _ => Fields.StartedAt,
        };
        var isOwn = JsonText.GetString(body[token]) is { } text && text == JsonText.GetString(job[token]);
        return new Report(isOwn && isWholeJob && IsFromScript(kind, phase) ? ReportKind.Edit : kind, isOwn);
    }

    /// <summary>Returns true if a body is that of a worker that begins.</summary>
    public static bool IsStart(JsonObject body) => JsonText.GetString(body[Fields.State]) == JobState.Started && body.Has(Fields.Template);

    // Workers send the whole job only when they begin; anyone else who does has read it, changed it, and puts it back. A copy from
    // during the render is treated like the report that it looks like: it may be old.
    private static bool IsFromScript(ReportKind kind, Phase phase) =>
        kind is ReportKind.Finish or ReportKind.Fail || (kind == ReportKind.Requeue && phase is Phase.Queued or Phase.Paused);

    private static ReportKind KindOf(string? state, bool isWholeJob, bool hasError) => state switch
    {
        JobState.Started when isWholeJob => ReportKind.Start,
        JobState.Started when hasError => ReportKind.RenderError,
        JobState.Finished => ReportKind.Finish,
        JobState.Error => ReportKind.Fail,
        JobState.Queued => ReportKind.Requeue,
        _ => ReportKind.Progress,
    };
}
