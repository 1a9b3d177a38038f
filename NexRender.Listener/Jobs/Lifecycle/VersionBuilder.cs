using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Builds the next version of a job from its changed members.</summary>
/// <param name="policy">The policy of retries.</param>
/// <param name="clock">The clock.</param>
/// <param name="takesDeltas">False if the storage needs whole jobs.</param>
internal sealed class VersionBuilder(RetryPolicy policy, TimeProvider clock, bool takesDeltas)
{
    private static readonly byte[] NoTimings = "{}"u8.ToArray();

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Returns the version with these members, updated now.</summary>
    public Job NextVersion(Job job, JsonObject members)
    {
        members.Set(Fields.UpdatedAt, Timestamp.ToJson(Now));
        return Job.From(members, job, takesDeltas);
    }

    /// <summary>Returns the version with these members if it is valid; only the members that the body changed are checked.</summary>
    public Transition ValidatedVersion(Job job, JsonObject members, JsonObject body, ChangeKind kind, string? reason = null) =>
        JobValidator.CheckChanged(members, body, job.Json.Large) is { } error
            ? Transition.Refused(RefusalKind.Invalid, error)
            : Transition.To(NextVersion(job, members), kind, reason);

    /// <summary>Returns the version that differs in its state only.</summary>
    public Job WithState(Job job, byte[] state)
    {
        var members = job.Members();
        members.Set(Fields.State, state);
        return NextVersion(job, members);
    }

    /// <summary>Returns the version of a job that ended because of a dependency, and waits for its dependencies again.</summary>
    public Transition Reopen(Job job, ChangeKind kind)
    {
        var members = job.Members();
        // There was no attempt to be closed.
        foreach (var name in MemberSets.Attempt) members.Remove(name);
        members.Set(Fields.State, JobState.WaitingJson);
        return Transition.To(NextVersion(job, members), kind);
    }

    /// <summary>Closes the attempt and puts the job back into the queue.</summary>
    /// <param name="members">The members of the job.</param>
    /// <param name="phase">The phase that the job is in.</param>
    /// <param name="serverMessage">An error that no worker sent; <c>null</c> for none.</param>
    public void Requeue(JsonObject members, Phase phase, string? serverMessage = null)
    {
        var outcome = phase == Phase.Cancelled ? Attempts.Cancelled : JsonText.GetString(members[Fields.State]) ?? "";
        Requeue(members, outcome, serverMessage, retryAt: null);
    }

    /// <summary>Closes the attempt of a worker that was stopped, which is not counted, and puts the job back into the queue.</summary>
    public void RequeueInterrupted(JsonObject members) => Requeue(members, Attempts.Interrupted, serverMessage: null, retryAt: null);

    private void Requeue(JsonObject members, string outcome, string? serverMessage, DateTimeOffset? retryAt)
    {
        // The delay of an earlier retry is over; left behind, it would be taken for a person's word.
        if (JobSchedule.IsRetryDelay(members)) members.Remove(Fields.NotBefore);
        Attempts.Close(members, outcome, Now, serverMessage, retryAt);
        foreach (var name in MemberSets.Attempt) members.Remove(name);
        members.Set(Fields.Timings, NoTimings);
        members.Set(Fields.State, JobState.QueuedJson);
    }

    /// <summary>Puts a job back into the queue after an error, where it waits a while, if it has attempts left.</summary>
    public bool TryRequeueForRetry(JsonObject members)
    {
        var attempt = Attempts.PresentTry(members);
        if (attempt >= MaxAttempts(members)) return false;
        var retryAt = Now + policy.DelayAfter(attempt);
        Requeue(members, JobState.Error, serverMessage: null, retryAt);
        // A person's time, or a member of that name for another purpose, stays as it is.
        if (members[Fields.NotBefore] is [] or [(byte)'n', ..]) members.Set(Fields.NotBefore, Timestamp.ToJson(retryAt));
        return true;
    }

    public int MaxAttempts(JsonObject members) => JobSchedule.ReadMaxAttempts(members) ?? policy.MaxAttempts;
}
