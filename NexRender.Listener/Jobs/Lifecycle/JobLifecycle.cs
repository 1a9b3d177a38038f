using System.Globalization;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Makes the next version of a job, by the rules of its life; <see cref="TransitionTable"/> says what becomes of a report.</summary>
internal sealed class JobLifecycle(RetryPolicy rules, TimeProvider clock)
{
    private const string Retrying = "will be tried again";

    private static readonly byte[] Queued = "\"queued\""u8.ToArray();
    private static readonly byte[] Paused = "\"paused\""u8.ToArray();
    private static readonly byte[] Picked = "\"picked\""u8.ToArray();
    private static readonly byte[] Error = "\"error\""u8.ToArray();

    // What an attempt leaves on a job; back in the queue, the job is as it was before it.
    private static readonly ReadOnlyMemory<byte>[] OfAttempt =
    [
        Fields.Error, Fields.ErrorAt, Fields.StartedAt, Fields.FinishedAt, Fields.RenderProgress, Fields.Executor, Fields.JobExecutor, Fields.CancelledAt,
    ];

    // What a job that came with its text from elsewhere may still carry of an attempt there; the next one would be judged by it.
    private static readonly ReadOnlyMemory<byte>[] OfEarlierLife = [Fields.StartedAt, Fields.FinishedAt, Fields.RenderProgress, Fields.CancelledAt];

    // What workers send back as it was when they took the job.
    private static readonly ReadOnlyMemory<byte>[] OfServer = [Fields.Uid, Fields.Creator, Fields.CreatedAt, Fields.Executor, Fields.Attempts];

    /// <summary>How long the worker of a job may be silent now; zero for any time.</summary>
    public TimeSpan TimeFor(Job job)
    {
        if (job.State == JobState.Picked) return rules.PickedTimeout;
        return job.IsRunning ? job.Schedule?.Lease ?? rules.Lease : TimeSpan.Zero;
    }

    /// <summary>Hands a job to a worker.</summary>
    public Job PickUp(Job job, string executor)
    {
        var members = job.Members();
        foreach (var name in OfEarlierLife) members.Remove(name.Span);
        members.Set(Fields.State, Picked);
        members.Set(Fields.Executor, JsonText.Quote(executor));
        var picked = Made(job, members);
        members.Recycle();
        return picked;
    }

    /// <summary>Takes in what a worker, a person or a script sent.</summary>
    public JobResult Put(Job job, JsonObject sent)
    {
        var members = job.Members();
        var phase = PhaseOf(job, members);
        var report = Report.Read(sent, members, phase);
        var result = TransitionTable.Judge(phase, report.Kind, report.IsOwn) switch
        {
            Verdict.Edit => Edit(job, phase, members, sent),
            Verdict.Begin => Begin(job, members, sent),
            Verdict.Advance => Advance(job, members, sent),
            Verdict.AddError => AddError(job, members, sent, phase),
            Verdict.End => End(job, members, sent, report.Kind),
            Verdict.Requeue => PutBack(job, phase, members, sent),
            Verdict.Refuse => Held(job, members, phase),
            _ => JobResult.Unchanged(job),
        };
        members.Recycle();
        return result;
    }

    /// <summary>Puts a job that is done with back into the queue.</summary>
    public JobResult Retry(Job job)
    {
        var members = job.Members();
        var phase = PhaseOf(job, members);
        if (phase is not (Phase.Done or Phase.Cancelled)) return Conflict(job, "only a job that is finished, failed or cancelled can be retried");
        Requeue(members, phase);
        return JobResult.Of(Made(job, members), "retried");
    }

    /// <summary>Ends a job that is not done with.</summary>
    /// <param name="job">The job.</param>
    /// <param name="reason">Why, for its <c>error</c>; empty for no word about it.</param>
    public JobResult Cancel(Job job, string reason)
    {
        var members = job.Members();
        var phase = PhaseOf(job, members);
        if (phase == Phase.Cancelled) return JobResult.Refused(RefusalKind.Conflict, $"job {job.Uid} was cancelled before");
        if (phase == Phase.Done) return Conflict(job, "nothing is left to cancel");
        var now = Timestamp.Json(clock.GetUtcNow());
        var texts = ErrorMessages.Read(members.Value("error"u8));
        texts.Insert(0, JsonText.Quote(reason.Length == 0 ? "cancelled" : $"cancelled: {reason}"));
        members.Set(Fields.State, Error);
        members.Set(Fields.Error, ErrorMessages.Write(texts));
        members.Set(Fields.ErrorAt, now);
        members.Set(Fields.CancelledAt, now);
        return JobResult.Of(Made(job, members), "cancelled");
    }

    /// <summary>Keeps a queued job from being handed out.</summary>
    public JobResult Pause(Job job) => job.State switch
    {
        JobState.Paused => JobResult.Unchanged(job),
        JobState.Queued => JobResult.Of(InState(job, Paused), "paused"),
        _ => Conflict(job, "only a queued job can be paused"),
    };

    /// <summary>Puts a paused job back into the queue.</summary>
    public JobResult Resume(Job job) => job.State switch
    {
        JobState.Queued => JobResult.Unchanged(job),
        JobState.Paused => JobResult.Of(InState(job, Queued), "resumed"),
        _ => Conflict(job, "only a paused job can be resumed"),
    };

    /// <summary>Takes a job from a worker that went silent.</summary>
    public JobResult Expire(Job job)
    {
        var members = job.Members();
        var seconds = TimeFor(job).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        var isPicked = job.State == JobState.Picked;
        var remark = isPicked ? $"the worker did not begin within {seconds} s" : $"nothing was heard of the worker for {seconds} s";
        // A job that ends every worker that takes it must end some day itself; one that nobody began with has done nothing wrong.
        if (isPicked || MaxAttempts(members) is 1 || Attempts.Present(members) < MaxAttempts(members))
        {
            Requeue(members, PhaseOf(job, members), remark);
            return JobResult.Of(Made(job, members), "expired");
        }
        var texts = ErrorMessages.Read(members.Value("error"u8));
        texts.Add(JsonText.Quote(remark));
        members.Set(Fields.State, Error);
        members.Set(Fields.Error, ErrorMessages.Write(texts));
        members.Set(Fields.ErrorAt, Timestamp.Json(clock.GetUtcNow()));
        return JobResult.Of(Made(job, members), "expired for good");
    }

    private static Phase PhaseOf(Job job, JsonObject members) => job.State switch
    {
        JobState.Queued => Phase.Queued,
        JobState.Paused => Phase.Paused,
        JobState.Picked => Phase.Picked,
        JobState.Finished => Phase.Done,
        JobState.Error => JsonText.IsTruthy(members["cancelledAt"u8]) ? Phase.Cancelled : Phase.Done,
        _ => Phase.Running,
    };

    private JobResult Edit(Job job, Phase phase, JsonObject members, JsonObject sent)
    {
        var state = sent.Has("state"u8) ? JsonText.Text(sent["state"u8]) : null;
        if (state is JobState.Queued or JobState.Paused && phase is not (Phase.Queued or Phase.Paused)) return PutBack(job, phase, members, sent);
        members.Overlay(sent);
        var isRetried = state == JobState.Error && phase is Phase.Picked or Phase.Running && TryAgain(members);
        return Result(job, members, sent, isRetried ? Retrying : "updated");
    }

    // What the attempt left is moved away first, and does not come back with a copy of the job that was read before.
    private JobResult PutBack(Job job, Phase phase, JsonObject members, JsonObject sent)
    {
        Requeue(members, phase);
        members.Overlay(sent, IsOfAttempt);
        return Result(job, members, sent, JsonText.Text(members["state"u8]) == JobState.Paused ? "paused" : "put back");
    }

    private JobResult Begin(Job job, JsonObject members, JsonObject sent)
    {
        OverlayReport(members, sent);
        return Result(job, members, sent, "started");
    }

    private JobResult Advance(Job job, JsonObject members, JsonObject sent)
    {
        OverlayReport(members, sent);
        return Result(job, members, sent, "updated");
    }

    private JobResult AddError(Job job, JsonObject members, JsonObject sent, Phase phase)
    {
        var error = ErrorMessages.Add(members.Value("error"u8), sent.Value("error"u8));
        // That a worker repeats itself is a sign of life, too.
        if (error.IsEmpty) return phase == Phase.Running ? JobResult.Of(Made(job, members), "updated") : JobResult.Unchanged(job);
        members.Set(Fields.Error, error);
        return JobResult.Of(Made(job, members), phase == Phase.Running ? "met an error" : "got a late error");
    }

    private JobResult End(Job job, JsonObject members, JsonObject sent, ReportKind kind)
    {
        OverlayReport(members, sent, isLast: true);
        if (kind == ReportKind.Finish) return Result(job, members, sent, "finished");
        return Result(job, members, sent, TryAgain(members) ? Retrying : "failed");
    }

    /// <summary>Puts the job back into the queue after an error, where it has attempts left; it waits a while there.</summary>
    private bool TryAgain(JsonObject members)
    {
        var attempt = Attempts.Present(members);
        if (attempt >= MaxAttempts(members)) return false;
        Requeue(members, Phase.Done);
        members.Set(Fields.NotBefore, Timestamp.Json(clock.GetUtcNow() + rules.DelayAfter(attempt)));
        return true;
    }

    private int MaxAttempts(JsonObject members) =>
        JsonText.IsNumber(members["maxAttempts"u8]) && JsonText.Number(members["maxAttempts"u8]) is >= 1 and <= int.MaxValue and var most ? (int)most : rules.MaxAttempts;

    private void Requeue(JsonObject members, Phase phase, string? remark = null)
    {
        var ended = phase == Phase.Cancelled ? Attempts.Cancelled : JsonText.Text(members["state"u8]) ?? "";
        Attempts.Close(members, ended, clock.GetUtcNow(), remark);
        foreach (var name in OfAttempt) members.Remove(name.Span);
        members.Set(Fields.Timings, "{}"u8.ToArray());
        members.Set(Fields.State, Queued);
    }

    /// <summary>Sets what a worker sent, but for what is not its to say.</summary>
    private static void OverlayReport(JsonObject members, JsonObject sent, bool isLast = false)
    {
        // Frames are reported without waiting for the answers, so that an earlier report may come later.
        var isOvertaken = IsOvertaken(members, sent);
        var error = ErrorMessages.Add(members.Value("error"u8), sent.Value("error"u8));
        var hadError = members.Has("error"u8);
        members.Overlay(sent, name => IsOf(OfServer, name) || (hadError && Is(name, Fields.Error))
            || (isOvertaken && (Is(name, Fields.RenderProgress) || (!isLast && Is(name, Fields.State)))));
        if (!error.IsEmpty) members.Set(Fields.Error, error);
    }

    private static bool IsOfAttempt(ReadOnlyMemory<byte> name) =>
        IsOf(OfAttempt, name) || IsOf(OfServer, name) || Is(name, Fields.Timings);

    private static bool IsOf(ReadOnlyMemory<byte>[] names, ReadOnlyMemory<byte> name)
    {
        foreach (var other in names)
            if (Is(name, other)) return true;
        return false;
    }

    private static bool Is(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> other) => name.Span.SequenceEqual(other.Span);

    private static bool IsOvertaken(JsonObject members, JsonObject sent) =>
        JsonText.IsNumber(members["renderProgress"u8]) && JsonText.IsNumber(sent["renderProgress"u8])
        && JsonText.Number(sent["renderProgress"u8]) < JsonText.Number(members["renderProgress"u8]);

    private Job InState(Job job, byte[] state)
    {
        var members = job.Members();
        members.Set(Fields.State, state);
        return Made(job, members);
    }

    private Job Made(Job job, JsonObject members)
    {
        members.Set(Fields.UpdatedAt, Timestamp.Json(clock.GetUtcNow()));
        return Job.From(members, job);
    }

    private JobResult Result(Job job, JsonObject members, JsonObject sent, string what) =>
        JobValidator.CheckChanged(members, sent) is { } wrong ? JobResult.Refused(RefusalKind.Invalid, wrong) : JobResult.Of(Made(job, members), what);

    private static JobResult Held(Job job, JsonObject members, Phase phase) => JobResult.Refused(RefusalKind.Conflict, phase switch
    {
        Phase.Cancelled => $"job {job.Uid} was cancelled",
        Phase.Picked or Phase.Running when JsonText.IsTruthy(members["executor"u8]) => $"job {job.Uid} is held by {JsonText.Text(members["executor"u8])}",
        _ => $"job {job.Uid} is {job.State} and held by nobody; it was taken from this worker",
    });

    private static JobResult Conflict(Job job, string rule) => JobResult.Refused(RefusalKind.Conflict, $"job {job.Uid} is {job.State}; {rule}");
}
