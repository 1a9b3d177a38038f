using System.Globalization;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle.Reports;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Applies the job state machine to pickups, reports (by the <see cref="TransitionTable"/>) and expired leases.</summary>
internal sealed class JobLifecycle(RetryPolicy policy, VersionBuilder versions)
{
    /// <summary>Hands a job to a worker.</summary>
    public Job PickUp(Job job, string executor)
    {
        var members = job.Members();
        foreach (var name in MemberSets.EarlierLife) members.Remove(name);
        members.Set(Fields.State, JobState.PickedJson);
        members.Set(Fields.Executor, JsonText.Quote(executor));
        var picked = versions.NextVersion(job, members);
        members.Recycle();
        return picked;
    }

    /// <summary>Applies the body of a PUT.</summary>
    public Transition Apply(Job job, JsonObject body)
    {
        var members = job.Members();
        var phase = Phases.Of(job, members);
        var report = Report.Read(body, members, phase);
        var transition = TransitionTable.Judge(phase, report.Kind, report.Owner) switch
        {
            Verdict.Edit => Edit(job, phase, members, body),
            Verdict.Begin => Advance(job, members, body, ChangeKind.Started),
            Verdict.Advance => Advance(job, members, body, ChangeKind.Progressed),
            Verdict.AddError => AddError(job, members, body, phase),
            Verdict.End => End(job, members, body, report.Kind),
            Verdict.EndLate => EndLate(job, phase, members, body),
            Verdict.Requeue when phase == Phase.Running => Interrupt(job, members, body),
            Verdict.Requeue => Requeue(job, phase, members, body),
            Verdict.Refuse => HeldByOther(job, members, phase),
            _ => Transition.None,
        };
        members.Recycle();
        return transition;
    }

    /// <summary>Takes a job from a worker that did not report in time.</summary>
    public Transition Expire(Job job)
    {
        var seconds = policy.TimeLimit(job).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return TakeBack(job, job.State == JobState.Picked
            ? $"the worker did not begin within {seconds} s"
            : $"no report from the worker for {seconds} s (lease expired)");
    }

    /// <summary>Takes a job from its worker, which is an attempt that counts.</summary>
    /// <param name="job">The job.</param>
    /// <param name="message">The reason, for the errors of the attempt.</param>
    public Transition TakeBack(Job job, string message)
    {
        var members = job.Members();
        var isPicked = job.State == JobState.Picked;
        var maxAttempts = versions.MaxAttempts(members);
        // A job that kills every worker that takes it must end some day; a job that no worker began with has done nothing wrong.
        if (isPicked || maxAttempts is 1 || Attempts.PresentTry(members) < maxAttempts)
        {
            versions.Requeue(members, Phases.Of(job, members), message);
            return Transition.To(versions.NextVersion(job, members), ChangeKind.Expired, message);
        }
        var texts = ErrorMessages.Read(members.Value(Fields.Error));
        texts.Add(JsonText.Quote(message));
        members.Set(Fields.State, JobState.ErrorJson);
        members.Set(Fields.Error, ErrorMessages.Write(texts));
        members.Set(Fields.ErrorAt, Timestamp.ToJson(versions.Now));
        return Transition.To(versions.NextVersion(job, members), ChangeKind.ExpiredForGood, message);
    }

    /// <summary>Takes a job back that was handed to a worker which did not receive it; the attempt does not count.</summary>
    public Transition GiveBack(Job job)
    {
        var members = job.Members();
        versions.RequeueInterrupted(members);
        return Transition.To(
            versions.NextVersion(job, members), ChangeKind.Requeued, "the worker disconnected before it received the job");
    }

    private Transition Edit(Job job, Phase phase, JsonObject members, JsonObject body)
    {
        var state = body.Has(Fields.State) ? JsonText.GetString(body[Fields.State]) : null;
        var isRequeued = state is JobState.Queued or JobState.Paused && phase is not (Phase.Queued or Phase.Waiting or Phase.Paused);
        if (isRequeued) return Requeue(job, phase, members, body);
        if (ChangesDependencies(members, body))
            return Transition.Refused(RefusalKind.Invalid, "job dependsOn cannot be changed; remove the job and submit it again");
        // The path says which job it is. A body that spells the uid as a number must not make one of it.
        members.Overlay(body, name => MemberSets.Is(name, Fields.Uid));
        if (phase == Phase.Queued && body.Has(Fields.NotBefore)) Attempts.EndRetryDelay(members, versions.Now);
        var error = state == JobState.Error ? ErrorMessages.Last(members.Value(Fields.Error)) : null;
        var isRetried = state == JobState.Error && phase is Phase.Picked or Phase.Running && versions.TryRequeueForRetry(members);
        return versions.ValidatedVersion(job, members, body, isRetried ? ChangeKind.RetryScheduled : ChangeKind.Edited, error);
    }

    // What is not an array is somebody's own member of that name.
    private static bool ChangesDependencies(JsonObject members, JsonObject body) =>
        body[Fields.DependsOn] is [(byte)'[', ..]
        && !JsonText.Minify(body.Value(Fields.DependsOn)).Span.SequenceEqual(members[Fields.DependsOn]);

    // The attempt is closed first, so that the body cannot bring it back.
    private Transition Requeue(Job job, Phase phase, JsonObject members, JsonObject body)
    {
        versions.Requeue(members, phase);
        ReportOverlay.WithoutAttempt(members, body);
        var isPaused = JsonText.GetString(members[Fields.State]) == JobState.Paused;
        return versions.ValidatedVersion(job, members, body, isPaused ? ChangeKind.Paused : ChangeKind.Requeued);
    }

    // What a worker says when it is stopped is kept with its attempt.
    private Transition Interrupt(Job job, JsonObject members, JsonObject body)
    {
        var error = ErrorMessages.Add(members.Value(Fields.Error), body.Value(Fields.Error));
        if (!error.IsEmpty) members.Set(Fields.Error, error);
        var reason = ErrorMessages.Last(error);
        versions.RequeueInterrupted(members);
        ReportOverlay.WithoutAttempt(members, body);
        return versions.ValidatedVersion(job, members, body, ChangeKind.Requeued, reason);
    }

    // The first to finish wins: whatever the job has been doing since is over.
    private Transition EndLate(Job job, Phase phase, JsonObject members, JsonObject body)
    {
        var attempt = Attempts.FindUnfinished(members, Report.Token(body)!)!;
        if (phase is Phase.Picked or Phase.Running) versions.Requeue(members, phase, "an earlier attempt finished first");
        if (JobSchedule.IsRetryDelay(members)) members.Remove(Fields.NotBefore);
        ReportOverlay.Report(members, body, isLast: true);
        if (attempt.Has(Fields.Executor)) members.Set(Fields.Executor, attempt.Value(Fields.Executor));
        return versions.ValidatedVersion(job, members, body, ChangeKind.Finished);
    }

    private Transition Advance(Job job, JsonObject members, JsonObject body, ChangeKind kind)
    {
        ReportOverlay.Report(members, body);
        return versions.ValidatedVersion(job, members, body, kind);
    }

    private Transition AddError(Job job, JsonObject members, JsonObject body, Phase phase)
    {
        var isRunning = phase == Phase.Running;
        var error = ErrorMessages.Add(members.Value(Fields.Error), body.Value(Fields.Error));
        // A repeated error is a sign of life, too.
        if (error.IsEmpty) return isRunning ? Transition.To(versions.NextVersion(job, members), ChangeKind.Progressed) : Transition.None;
        members.Set(Fields.Error, error);
        var kind = isRunning ? ChangeKind.ErrorReported : ChangeKind.LateErrorReported;
        return Transition.To(versions.NextVersion(job, members), kind, ErrorMessages.Last(error));
    }

    private Transition End(Job job, JsonObject members, JsonObject body, ReportKind kind)
    {
        ReportOverlay.Report(members, body, isLast: true);
        if (kind == ReportKind.Finish) return versions.ValidatedVersion(job, members, body, ChangeKind.Finished);
        var error = ErrorMessages.Last(members.Value(Fields.Error));
        var isRetried = versions.TryRequeueForRetry(members);
        return versions.ValidatedVersion(job, members, body, isRetried ? ChangeKind.RetryScheduled : ChangeKind.Failed, error);
    }

    private static Transition HeldByOther(Job job, JsonObject members, Phase phase) => Transition.Refused(RefusalKind.Conflict, phase switch
    {
        Phase.Cancelled => $"job {job.Uid} was cancelled",
        Phase.Picked or Phase.Running when JsonText.GetString(members[Fields.Executor]) is { Length: > 0 } executor =>
            $"job {job.Uid} is held by {executor}",
        _ => $"job {job.Uid} is {job.State}; this worker no longer holds it",
    });
}
