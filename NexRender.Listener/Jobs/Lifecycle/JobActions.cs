using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The actions of people on a job.</summary>
internal sealed class JobActions(VersionBuilder versions)
{
    /// <summary>Puts a job that has ended back into the queue.</summary>
    public Transition Retry(Job job)
    {
        var members = job.Members();
        var phase = Phases.Of(job, members);
        if (phase is not (Phase.Done or Phase.Cancelled))
            return Transition.Conflict(job, "only a job that is finished, failed or cancelled can be retried");
        if (job.Links?.FailedDependency is not null) return versions.Reopen(job, ChangeKind.Retried);
        versions.Requeue(members, phase);
        // If its dependencies have finished, it is queued at once.
        if (job.Links is { DependsOn.Length: > 0 }) members.Set(Fields.State, JobState.WaitingJson);
        return Transition.To(versions.NextVersion(job, members), ChangeKind.Retried);
    }

    /// <summary>Ends a job that has not ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="reason">The reason, for the job's <c>error</c>; empty if none was given.</param>
    public Transition Cancel(Job job, string reason)
    {
        var members = job.Members();
        var phase = Phases.Of(job, members);
        if (phase == Phase.Cancelled) return Transition.Refused(RefusalKind.Conflict, $"job {job.Uid} was cancelled before");
        if (phase == Phase.Done) return Transition.Conflict(job, "nothing is left to cancel");
        var now = Timestamp.ToJson(versions.Now);
        var texts = ErrorMessages.Read(members.Value(Fields.Error));
        texts.Insert(0, JsonText.Quote(reason.Length == 0 ? "cancelled" : $"cancelled: {reason}"));
        members.Set(Fields.State, JobState.ErrorJson);
        members.Set(Fields.Error, ErrorMessages.Write(texts));
        members.Set(Fields.ErrorAt, now);
        members.Set(Fields.CancelledAt, now);
        return Transition.To(versions.NextVersion(job, members), ChangeKind.Cancelled, reason.Length == 0 ? null : reason);
    }

    /// <summary>Withholds a queued job from workers.</summary>
    public Transition Pause(Job job) => job.State switch
    {
        JobState.Paused => Transition.None,
        JobState.Queued => Transition.To(versions.WithState(job, JobState.PausedJson), ChangeKind.Paused),
        _ => Transition.Conflict(job, "only a queued job can be paused"),
    };

    /// <summary>Gives a paused job back to the queue.</summary>
    public Transition Resume(Job job) => job.State switch
    {
        JobState.Queued => Transition.None,
        JobState.Paused => Transition.To(versions.WithState(job, JobState.QueuedJson), ChangeKind.Resumed),
        _ => Transition.Conflict(job, "only a paused job can be resumed"),
    };
}
