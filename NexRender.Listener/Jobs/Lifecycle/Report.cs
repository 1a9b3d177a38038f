using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The body of a PUT, seen from the job that it is about.</summary>
/// <param name="Kind">What it wants to say.</param>
/// <param name="IsOwn">Whether it belongs to the job's present attempt.</param>
internal readonly record struct Report(ReportKind Kind, bool IsOwn)
{
    public static Report Read(JsonObject sent, JsonObject job, Phase phase)
    {
        // The time at which a worker began is its token: two workers never have the same.
        if (!JsonText.IsTruthy(sent["startedAt"u8])) return new Report(ReportKind.Edit, IsOwn: true);
        var isWholeJob = sent.Has("template"u8);
        var kind = KindOf(JsonText.Text(sent["state"u8]), isWholeJob, JsonText.IsTruthy(sent["error"u8]));
        var token = (phase, kind) switch
        {
            (Phase.Picked, ReportKind.Start) => "executor"u8,
            (Phase.Cancelled, _) => "cancelledAt"u8,
            _ => "startedAt"u8,
        };
        var isOwn = JsonText.Text(sent[token]) is { } text && text == JsonText.Text(job[token]);
        return new Report(isOwn && isWholeJob && IsOfScript(kind, phase) ? ReportKind.Edit : kind, isOwn);
    }

    // Workers send the whole job only when they begin; whoever else does has read it, changed it, and puts it back. A copy from
    // during the render is treated like the report that it looks like: it may be old.
    private static bool IsOfScript(ReportKind kind, Phase phase) =>
        kind is ReportKind.Finish or ReportKind.Fail || (kind == ReportKind.PutBack && phase is Phase.Queued or Phase.Paused);

    private static ReportKind KindOf(string? state, bool isWholeJob, bool hasError) => state switch
    {
        JobState.Started when isWholeJob => ReportKind.Start,
        JobState.Started when hasError => ReportKind.RenderError,
        JobState.Finished => ReportKind.Finish,
        JobState.Error => ReportKind.Fail,
        JobState.Queued => ReportKind.PutBack,
        _ => ReportKind.Progress,
    };
}
