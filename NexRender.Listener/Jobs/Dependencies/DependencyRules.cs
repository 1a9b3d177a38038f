using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Dependencies;

/// <summary>Decides what a change of one job means for those that depend on it. Used under the store's lock.</summary>
internal sealed class DependencyRules(JobTable table, VersionBuilder versions)
{
    /// <summary>Makes the changes that follow from one that was made; each of them is followed in its turn.</summary>
    /// <param name="change">The change.</param>
    /// <param name="group">The group that takes the changes.</param>
    public void Follow(in StagedChange change, ChangeGroup group)
    {
        if (change.New is { Job.State: JobState.Waiting } waiting) Settle(waiting, group);
        var uid = (change.New ?? change.Old)!.Job.Uid;
        if (!table.Dependencies.HasDependents(uid)) return;
        var failure = Failure(uid, change);
        foreach (var dependent in table.Dependencies.Dependents(uid))
        {
            var job = dependent.Job;
            if (job.State == JobState.Waiting && failure is not null) group.Replace(dependent, Fail(job, uid, failure));
            else if (job.State == JobState.Waiting) ReleaseIfReady(dependent, group);
            else if (failure is null && job.Links?.FailedDependency == uid)
                group.Replace(dependent, versions.Reopen(job, ChangeKind.Waiting));
        }
    }

    /// <summary>Ends a job that waits if one of its dependencies has failed, and queues it if all have finished.</summary>
    public void Settle(JobEntry entry, ChangeGroup group)
    {
        if (entry.Job.State != JobState.Waiting) return;
        if (FindFailed(entry.Job) is { } failed) group.Replace(entry, Fail(entry.Job, failed.Uid, Describe(failed)));
        else ReleaseIfReady(entry, group);
    }

    /// <summary>Returns true if a waiting job depends on a job.</summary>
    public bool IsNeeded(string uid) => table.Dependencies.HasDependents(uid)
        && Array.Exists(table.Dependencies.Dependents(uid), dependent => dependent.Job.State == JobState.Waiting);

    /// <summary>Returns the first dependency of a job that has failed; <c>null</c> if none has.</summary>
    public Job? FindFailed(Job job)
    {
        foreach (var uid in job.Links?.DependsOn ?? [])
        {
            if (table.Find(uid)?.Job is { State: JobState.Error } failed) return failed;
        }
        return null;
    }

    private static string Describe(Job failed) => failed.IsCancelled ? "was cancelled" : "ended in error";

    // Removed after it had finished, a dependency has done its part.
    private string? Failure(string uid, in StagedChange change)
    {
        if (table.Find(uid)?.Job is { } present) return present.State == JobState.Error ? Describe(present) : null;
        return change.Before?.State == JobState.Finished ? null : "was removed";
    }

    private Transition Fail(Job job, string uid, string failure)
    {
        var members = job.Members();
        var message = $"dependency {uid} {failure}";
        members.Set(Fields.State, JobState.ErrorJson);
        members.Set(Fields.Error, JsonText.Quote(message));
        members.Set(Fields.ErrorAt, Timestamp.ToJson(versions.Now));
        members.Set(Fields.FailedDependency, JsonText.Quote(uid));
        return Transition.To(versions.NextVersion(job, members), ChangeKind.Failed, message);
    }

    private void ReleaseIfReady(JobEntry entry, ChangeGroup group)
    {
        if (entry.Wait is { Unfinished: > 0 }) return;
        group.Replace(entry, Transition.To(versions.WithState(entry.Job, JobState.QueuedJson), ChangeKind.Released));
    }
}
