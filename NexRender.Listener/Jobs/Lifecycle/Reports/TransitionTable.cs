using static NexRender.Listener.Jobs.Lifecycle.Reports.ReportKind;

namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>
/// The effect of a PUT, by the phase of the job. The first line that fits counts. "Own" is a report of the job's present attempt: it
/// carries the attempt's <c>startedAt</c>, or, if there is none yet because the job is only picked, its <c>executor</c>. "Former" is a
/// report of an attempt in <c>attempts</c>. Workers' reports on a cancelled job are ignored; "own" is there what carries its
/// <c>cancelledAt</c>, as the copy does that a script has read since.
/// <code>
///              Start            Progress  RenderError  Finish             Fail      Requeue
/// queued       refuse           ignore    ignore       former: end late   ignore    ignore
/// waiting      refuse           ignore    ignore       former: end late   ignore    ignore
/// paused       refuse           ignore    ignore       former: end late   ignore    ignore
/// picked       own: begin       ignore    ignore       former: end late   ignore    ignore
///              else refuse
/// running      own: ignore      advance   add error    end                end       requeue     (own; else ignore)
///              else refuse                             former: end late
/// done         own: ignore      add error add error    add error          add error ignore      (own; else ignore)
///              else refuse
/// cancelled    refuse           ignore    ignore       ignore             ignore    requeue     (own; else ignore)
/// </code>
/// A job that has ended is not woken by an idle worker that is stopped: it sends a requeue with the token of its last job.
/// </summary>
internal static class TransitionTable
{
    public static Verdict Judge(Phase phase, ReportKind report, TokenOwner owner) => (phase, report, owner) switch
    {
        (_, Edit, _) => Verdict.Edit,
        (Phase.Picked, Start, TokenOwner.Present) => Verdict.Begin,
        (Phase.Running or Phase.Done, Start, TokenOwner.Present) => Verdict.Ignore,
        (_, Start, _) => Verdict.Refuse,
        (not (Phase.Done or Phase.Cancelled), Finish, TokenOwner.Former) => Verdict.EndLate,
        (Phase.Running, Progress, TokenOwner.Present) => Verdict.Advance,
        (Phase.Running, RenderError, TokenOwner.Present) => Verdict.AddError,
        (Phase.Running, Finish or Fail, TokenOwner.Present) => Verdict.End,
        (Phase.Running or Phase.Cancelled, Requeue, TokenOwner.Present) => Verdict.Requeue,
        (Phase.Done, not Requeue, TokenOwner.Present) => Verdict.AddError,
        _ => Verdict.Ignore,
    };
}
