using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>The body of a PUT in relation to the job that it is about.</summary>
/// <param name="Kind">Its meaning.</param>
/// <param name="Owner">The attempt that it belongs to.</param>
internal readonly record struct Report(ReportKind Kind, TokenOwner Owner)
{
    /// <summary>The token of a report: the time at which its worker began. Two workers never have the same.</summary>
    public static string? Token(JsonObject body) => JsonText.GetString(body[Fields.StartedAt]);

    public static Report Read(JsonObject body, JsonObject job, Phase phase)
    {
        if (!JsonText.IsTruthy(body[Fields.StartedAt])) return ReadWithoutToken(body, job, phase);
        var isWholeJob = body.Has(Fields.Template);
        var kind = KindOf(JsonText.GetString(body[Fields.State]), isWholeJob, JsonText.IsTruthy(body[Fields.Error]));
        var token = (phase, kind) switch
        {
            (Phase.Picked, ReportKind.Start) => Fields.Executor,
            (Phase.Cancelled, _) => Fields.CancelledAt,
            _ => Fields.StartedAt,
        };
        var isOwn = JsonText.GetString(body[token]) is { } text && text == JsonText.GetString(job[token]);
        if (isOwn) return new Report(isWholeJob && IsFromScript(kind, phase) ? ReportKind.Edit : kind, TokenOwner.Present);
        var isFormer = kind == ReportKind.Finish && Attempts.FindUnfinished(job, Token(body)!) is not null;
        return new Report(kind, isFormer ? TokenOwner.Former : TokenOwner.Unknown);
    }

    /// <summary>Returns true if a body is that of a worker that begins.</summary>
    public static bool IsStart(JsonObject body) => JsonText.GetString(body[Fields.State]) == JobState.Started && body.Has(Fields.Template);

    // Workers from before there were pickups list the jobs and begin with one: two of them may begin with the same. The copy of the
    // second one is older than the job.
    private static Report ReadWithoutToken(JsonObject body, JsonObject job, Phase phase)
    {
        var isSecond = phase is not (Phase.Queued or Phase.Waiting) && IsStart(body)
            && Timestamp.Parse(body[Fields.UpdatedAt]) < Timestamp.Parse(job[Fields.UpdatedAt]);
        return isSecond ? new Report(ReportKind.Start, TokenOwner.Unknown) : new Report(ReportKind.Edit, TokenOwner.Present);
    }

    // Workers send the whole job only when they begin; anyone else who does has read it, changed it, and puts it back. A copy from
    // during the render is treated like the report that it looks like: it may be old.
    private static bool IsFromScript(ReportKind kind, Phase phase) =>
        kind is ReportKind.Finish or ReportKind.Fail
        || (kind == ReportKind.Requeue && phase is Phase.Queued or Phase.Waiting or Phase.Paused or Phase.Done);

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
