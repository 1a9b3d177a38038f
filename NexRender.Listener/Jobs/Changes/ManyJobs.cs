using NexRender.Listener.Jobs.Batches;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs.Retention;
using NexRender.Listener.Jobs.Submissions;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Commit;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>The operations on many jobs at once: actions, submissions and batches.</summary>
internal sealed class ManyJobs(ChangeWriter writer, JobActions actions)
{
    private const string RemovedForAge = "retention";

    private static readonly TimeSpan DurabilityTimeout = TimeSpan.FromSeconds(2);

    private readonly BulkChanger _changer = new(writer);
    private readonly Submitter _submitter = new(writer);

    /// <summary>Stores jobs that are submitted together.</summary>
    /// <param name="submission">The jobs.</param>
    /// <param name="creator">The name or address of the creator.</param>
    /// <param name="isWhole">True to store nothing if a job is not accepted.</param>
    /// <param name="isDryRun">True to only check.</param>
    /// <param name="key">The key under which the answer is remembered; <c>null</c> for none.</param>
    /// <returns>The reason why nothing was stored; <c>null</c> if the accepted jobs were.</returns>
    public Task<Refusal?> SubmitAsync(
        Submission submission, string creator, bool isWhole, bool isDryRun, SubmissionKey? key = null) =>
        _submitter.SubmitAsync(submission, creator, isWhole, isDryRun, key);

    /// <summary>Returns the answer to the submission with a key, once that is durable; <c>null</c> if there was none.</summary>
    public async Task<Answer?> FindAnswerAsync(string key)
    {
        while (true)
        {
            Answer? answer;
            Task<StorageFailure?> durable;
            lock (writer.Lock)
            {
                answer = writer.Table.Answers.Find(key);
                durable = writer.Storage.WhenDurableAsync(writer.Storage.LastSequence);
            }
            // If it is rolled back, there is none.
            if (answer is null || await durable.ConfigureAwait(false) is null) return answer;
        }
    }

    /// <summary>Stores a job that depends on others.</summary>
    public async Task<JobResult> CreateAsync(JsonObject body, string creator)
    {
        var submission = Submission.Read([body], creator, batch: null, writer.Now);
        var refusal = await SubmitAsync(submission, creator, isWhole: false, isDryRun: false).ConfigureAwait(false);
        var job = submission.Jobs[0];
        return (refusal ?? job.Refusal) is { } reason ? JobResult.Refused(reason) : JobResult.Unchanged(job.Job!);
    }

    /// <summary>Returns the batches that have jobs, in their order.</summary>
    /// <exception cref="TimeoutException">The disk does not respond.</exception>
    public Task<BatchSummary[]> ListBatchesAsync() =>
        ReadAsync<BatchSummary[]>(batches => [.. batches.All.Select(batch => batch.ToSummary())]);

    /// <summary>Returns a batch; <c>null</c> if it has no jobs.</summary>
    /// <exception cref="TimeoutException">The disk does not respond.</exception>
    public Task<BatchSummary?> FindBatchAsync(string id) => ReadAsync(batches => batches.Find(id)?.ToSummary());

    /// <summary>Returns the jobs of a batch; <c>null</c> if it has none.</summary>
    public BulkSelection? SelectBatch(string id)
    {
        lock (writer.Lock)
        {
            var entries = writer.Table.Batches.Find(id)?.Entries();
            return entries is null ? null : new BulkSelection(Array.ConvertAll(entries, entry => entry.Job.Uid));
        }
    }

    /// <summary>Ends jobs that have not ended.</summary>
    public Task<BulkResult> CancelAsync(BulkSelection selection, string reason, string by, bool isDryRun) =>
        ChangeAsync(selection, job => actions.Cancel(job, reason), by, isDryRun);

    /// <summary>Puts jobs that have ended back into the queue.</summary>
    public Task<BulkResult> RetryAsync(BulkSelection selection, string by, bool isDryRun) =>
        ChangeAsync(selection, actions.Retry, by, isDryRun);

    /// <summary>Withholds queued jobs from workers.</summary>
    public Task<BulkResult> PauseAsync(BulkSelection selection, string by, bool isDryRun) =>
        ChangeAsync(selection, actions.Pause, by, isDryRun);

    /// <summary>Gives paused jobs back to the queue.</summary>
    public Task<BulkResult> ResumeAsync(BulkSelection selection, string by, bool isDryRun) =>
        ChangeAsync(selection, actions.Resume, by, isDryRun);

    /// <summary>Deletes jobs.</summary>
    public Task<BulkResult> RemoveAsync(BulkSelection selection, string by, bool isDryRun) =>
        _changer.RunAsync(selection, BulkAction.Removal, by, isDryRun);

    /// <summary>Returns the jobs that a policy keeps no longer.</summary>
    public ExpiredJobs FindExpired(RetentionPolicy policy, DateTimeOffset now)
    {
        Job[] jobs;
        HashSet<string> needed;
        lock (writer.Lock)
        {
            jobs = writer.Table.Jobs.ToArray();
            needed = [.. writer.Table.Dependencies.Waiting().SelectMany(entry => entry.Job.Links!.DependsOn)];
        }
        return ExpiredJobs.Select(jobs, policy, now, job => needed.Contains(job.Uid));
    }

    /// <summary>Deletes those of some jobs that have not changed and that no waiting job depends on, as one change.</summary>
    /// <returns>Their number; <c>null</c> if they cannot be deleted at present.</returns>
    public async Task<int?> RemoveExpiredAsync(IReadOnlyList<Job> jobs)
    {
        Batch batch;
        int count;
        lock (writer.Lock)
        {
            if (writer.GetRefusal(isNewJob: false) is not null) return null;
            var group = new ChangeGroup(writer, by: null);
            foreach (var job in jobs)
            {
                if (writer.Table.Find(job.Uid) is { } entry && entry.IsCurrent(job) && !writer.Rules.IsNeeded(job.Uid))
                    group.Remove(entry, reason: RemovedForAge);
            }
            if (group.Count == 0) return 0;
            count = group.Count;
            batch = group.Commit().Batch;
        }
        return await batch.Done.ConfigureAwait(false) is null ? count : null;
    }

    /// <summary>Queues or ends jobs that wait for what is over; only a database that was edited by hand has any at a start.</summary>
    public void SettleWaiting()
    {
        lock (writer.Lock)
        {
            if (writer.Table.Dependencies.IsEmpty || writer.GetRefusal(isNewJob: false) is not null) return;
            var group = new ChangeGroup(writer, by: null);
            foreach (var entry in writer.Table.Dependencies.Waiting()) writer.Rules.Settle(entry, group);
            if (group.Count > 0) group.Commit();
        }
    }

    // The answer must be durable, like every answer about jobs.
    private async Task<T> ReadAsync<T>(Func<BatchIndex, T> read)
    {
        while (true)
        {
            T found;
            Task<StorageFailure?> durable;
            lock (writer.Lock)
            {
                found = read(writer.Table.Batches);
                durable = writer.Storage.WhenDurableAsync(writer.Storage.LastSequence);
            }
            if (await durable.WaitAsync(DurabilityTimeout).ConfigureAwait(false) is null) return found;
        }
    }

    private Task<BulkResult> ChangeAsync(BulkSelection selection, Func<Job, Transition> decide, string by, bool isDryRun) =>
        _changer.RunAsync(selection, new BulkAction(RecordKind.Set, decide), by, isDryRun);
}
