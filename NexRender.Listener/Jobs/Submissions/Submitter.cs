using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Jobs.Table;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Submissions;

/// <summary>Stores jobs that are submitted together: all that are accepted, or none, on the disk and in memory.</summary>
internal sealed class Submitter(ChangeWriter writer)
{
    private const int JobsAtOnce = 128;
    private const int BytesAtOnce = 1 << 20;

    private static readonly Refusal Interrupted = new(
        RefusalKind.Unavailable, "the database was written again while the jobs were prepared; send the request again");

    /// <summary>Stores the accepted jobs of a submission.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="creator">The name or address of the creator.</param>
    /// <param name="isWhole">True to store nothing if a job is not accepted.</param>
    /// <param name="isDryRun">True to only check.</param>
    /// <param name="key">The key under which the answer is remembered; <c>null</c> for none.</param>
    /// <returns>The reason why nothing was stored; <c>null</c> if the accepted jobs were. Each job knows whether it was accepted.</returns>
    public async Task<Refusal?> SubmitAsync(Submission submission, string creator, bool isWhole, bool isDryRun, SubmissionKey? key)
    {
        submission.RefuseDependents();
        foreach (var job in submission.Jobs.Where(job => job.IsAccepted)) job.Make(IsWaiting(job));
        submission.RefuseDependents();
        if (isWhole && submission.FirstRefused is { } wrong) return AtIndex(wrong);
        var records = new GroupRecords(writer.Storage);
        CommittedChange? committed = null;
        try
        {
            if (!isDryRun && await PrepareAsync(submission, records).ConfigureAwait(false) is { } failure) return failure;
            lock (writer.Lock)
            {
                Check_NeedsLock(submission);
                if (isWhole && submission.FirstRefused is { } refused) return AtIndex(refused);
                if (isDryRun || !submission.Jobs.Any(job => job.IsAccepted)) return null;
                if (GetRefusal_NeedsLock(records) is { } refusal) return refusal;
                committed = Commit_NeedsLock(submission, records, creator, key);
            }
        }
        finally
        {
            records.Abandon();
        }
        var notStored = (await committed.ResultAsync().ConfigureAwait(false)).Refusal;
        if (notStored is not null && key is not null)
        {
            lock (writer.Lock) writer.Table.Answers.Remove(key.Key);
        }
        return notStored;
    }

    private static Refusal AtIndex(NewJob job) => job.Refusal! with { Message = $"job {job.Index}: {job.Refusal.Message}" };

    private bool IsWaiting(NewJob job)
    {
        if (job.DependsOn.Length == 0) return false;
        lock (writer.Lock) return !Array.TrueForAll(job.DependsOn, uid => writer.Table.Find(uid)?.Job.State == JobState.Finished);
    }

    private Refusal? GetRefusal_NeedsLock(GroupRecords records) =>
        writer.GetRefusal(isNewJob: true) ?? (records.IsIntact ? null : Interrupted);

    // Many jobs are written before they have effect, a megabyte at a time, so that other changes are not queued behind all of them.
    private async Task<Refusal?> PrepareAsync(Submission submission, GroupRecords records)
    {
        if (submission.Jobs.Sum(job => (long)(job.Job?.Json.Length ?? 0)) < BytesAtOnce) return null;
        var bytes = 0;
        foreach (var chunk in submission.Jobs.Where(job => job.IsAccepted).Chunk(JobsAtOnce))
        {
            lock (writer.Lock)
            {
                if (GetRefusal_NeedsLock(records) is { } refusal) return refusal;
                foreach (var job in chunk)
                {
                    job.Record = records.Append(new JournalRecord(RecordKind.Add, job.Job!.Json));
                    bytes += job.Job.Json.Length;
                }
            }
            if (bytes < BytesAtOnce) continue;
            if (await records.LastBatch!.Done.ConfigureAwait(false) is { } failure) return Refusal.NotStored(failure);
            bytes = 0;
        }
        return null;
    }

    private void Check_NeedsLock(Submission submission)
    {
        foreach (var job in submission.Jobs.Where(job => job.IsAccepted))
        {
            var existing = writer.Table.Find(job.Uid);
            if (existing is not null && !JobState.IsTerminal(existing.Job.State))
                job.Refuse(Refusal.AlreadyExists(existing.Job).Message, RefusalKind.Conflict);
            else if (Array.Find(job.DependsOn, uid => submission.Find(uid) is null && writer.Table.Find(uid) is null) is { } unknown)
                job.Refuse($"job dependsOn names {unknown}, and there is no such job");
            else if (existing is not null && job.DependsOn.Length > 0 && DependsOnItself(job, submission))
                job.Refuse("job dependsOn is a cycle: a job that it depends on waits for the one that it replaces");
        }
        submission.RefuseDependents();
    }

    // A new job may close a cycle only if it replaces one that others depend on.
    private bool DependsOnItself(NewJob job, Submission submission)
    {
        if (!writer.Table.Dependencies.HasDependents(job.Uid)) return false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(job.DependsOn);
        while (open.TryPop(out var uid))
        {
            if (uid == job.Uid) return true;
            if (!seen.Add(uid)) continue;
            var dependsOn = submission.Find(uid)?.DependsOn ?? writer.Table.Find(uid)?.Job.Links?.DependsOn ?? [];
            foreach (var next in dependsOn) open.Push(next);
        }
        return false;
    }

    private CommittedChange Commit_NeedsLock(Submission submission, GroupRecords records, string creator, SubmissionKey? key)
    {
        var group = new ChangeGroup(writer, creator, records);
        foreach (var job in submission.Jobs)
        {
            if (job.IsAccepted) job.Entry = group.Create(job.Job!, writer.Table.Find(job.Uid), job.Record);
            else if (job.Record is { } record) records.Drop(record);
        }
        group.Follow();
        // With what followed at once: a job whose dependency has failed has ended already.
        foreach (var job in submission.Jobs) job.Job = job.Entry?.Job ?? job.Job;
        if (key is not null)
        {
            var answer = new Answer(key.Key, key.Request, writer.Now, key.Write(submission));
            records.Append(new JournalRecord(RecordKind.Answer, answer.ToJson()));
            writer.Table.Answers.Add(answer);
        }
        return group.Commit();
    }
}
