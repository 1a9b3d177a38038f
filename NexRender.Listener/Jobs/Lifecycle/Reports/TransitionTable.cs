using static NexRender.Listener.Jobs.Lifecycle.Reports.ReportKind;

namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>
/// The effect of a PUT, by the phase of the job. The first line that fits counts. "Own" is a report of the job's present attempt: it
/// carries the attempt's <c>startedAt</c>, or, if there is none yet because the job is only picked, its <c>executor</c>. Workers' reports
/// on a cancelled job are ignored; "own" is there what carries its <c>cancelledAt</c>, as the copy does that a script has read since.
/// <code>
///              Start            Progress  RenderError  Finish    Fail      Requeue
/// queued       refuse           ignore    ignore       ignore    ignore    ignore
/// paused       refuse           ignore    ignore       ignore    ignore    ignore
/// picked       own: begin       ignore    ignore       ignore    ignore    ignore
///              else refuse
/// running      own: ignore      advance   add error    end       end       requeue     (own; else ignore)
///              else refuse
/// done         own: ignore      add error add error    add error add error requeue     (own; else ignore)
///              else refuse
/// cancelled    refuse           ignore    ignore       ignore    ignore    requeue     (own; else ignore)
/// </code>
/// </summary>
internal static class TransitionTable
{
    public static Verdict Judge(Phase phase, ReportKind report, bool isOwn) => (phase, report, isOwn) switch
    {
        (_, Edit, _) => Verdict.Edit,
        (Phase.Picked, Start, true) => Verdict.Begin,
        (Phase.Running or Phase.Done, Start, true) => Verdict.Ignore,
        (_, Start, _) => Verdict.Refuse,
        (Phase.Running, Progress, true) => Verdict.Advance,
        (Phase.Running, RenderError, true) => Verdict.AddError,
        (Phase.Running, Finish or Fail, true) => Verdict.End,
        (Phase.Running or Phase.Done or Phase.Cancelled, Requeue, true) => Verdict.Requeue,
        (Phase.Done, _, true) => Verdict.AddError,
        _ => Verdict.Ignore,
    };
}
