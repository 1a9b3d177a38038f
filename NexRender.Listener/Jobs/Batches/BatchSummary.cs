using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Batches;

/// <summary>The state and progress of a batch at one moment.</summary>
/// <param name="Id">The number of the batch.</param>
/// <param name="Counts">The number of jobs in each state that occurs.</param>
/// <param name="Total">The number of jobs.</param>
/// <param name="Cancelled">The number of jobs that were cancelled.</param>
/// <param name="Held">The number of jobs that workers have.</param>
/// <param name="Progress">The progress of the whole in percent.</param>
/// <param name="First">The first job in the order of creation.</param>
/// <param name="Latest">The version of a job of the batch that was made last.</param>
/// <param name="FirstFailed">The first job in the order of creation that ended in an error; <c>null</c> for none.</param>
internal sealed record BatchSummary(
    string Id, SortedDictionary<string, int> Counts, int Total, int Cancelled, int Held, int Progress, Job First, Job Latest,
    Job? FirstFailed)
{
    private static readonly byte[] Name = "name"u8.ToArray();
    private static readonly byte[] Status = "status"u8.ToArray();
    private static readonly byte[] TotalJobs = "totalJobs"u8.ToArray();
    private static readonly byte[] CountsName = "counts"u8.ToArray();
    private static readonly byte[] ProgressName = "progress"u8.ToArray();
    private static readonly byte[] FirstError = "firstError"u8.ToArray();
    private static readonly byte[] Null = "null"u8.ToArray();

    /// <summary>The state of the whole: <c>queued</c>, <c>rendering</c>, <c>finished</c>, <c>error</c> or <c>cancelled</c>.</summary>
    public string State
    {
        get
        {
            var (finished, failed) = (Of(JobState.Finished), Of(JobState.Error));
            if (finished + failed < Total) return Held + finished + failed > 0 ? "rendering" : JobState.Queued;
            if (failed > Cancelled) return JobState.Error;
            return Cancelled > 0 ? "cancelled" : JobState.Finished;
        }
    }

    /// <summary>True if all jobs have ended.</summary>
    public bool HasEnded => Of(JobState.Finished) + Of(JobState.Error) == Total;

    /// <summary>Writes the summary as JSON.</summary>
    public byte[] ToJson()
    {
        var first = First.Members();
        var counts = new JsonObject();
        foreach (var (state, count) in Counts) counts.Set(JsonText.Quote(state).AsMemory()[1..^1], JsonText.FromInteger(count));
        var json = new JsonObject();
        json.Set(Fields.BatchId, JsonText.Quote(Id));
        json.Set(Name, first.Has(Fields.BatchName) ? first.Value(Fields.BatchName) : Null);
        json.Set(Status, JsonText.Quote(State));
        json.Set(TotalJobs, JsonText.FromInteger(Total));
        json.Set(CountsName, counts.ToBytes());
        json.Set(ProgressName, JsonText.FromInteger(Progress));
        json.Set(FirstError, FirstFailed is null ? Null : ErrorOf(FirstFailed));
        json.Set(Fields.CreatedAt, first.Has(Fields.CreatedAt) ? first.Value(Fields.CreatedAt) : Null);
        var latest = Latest.Members();
        json.Set(Fields.UpdatedAt, latest.Has(Fields.UpdatedAt) ? latest.Value(Fields.UpdatedAt) : Null);
        return json.ToBytes();
    }

    private static byte[] ErrorOf(Job job)
    {
        var error = new JsonObject(2);
        error.Set(Fields.Uid, JsonText.Quote(job.Uid));
        error.Set(Fields.Error, job.Members().Value(Fields.Error) is { IsEmpty: false } text ? text : Null);
        return error.ToBytes();
    }

    private int Of(string state) => Counts.GetValueOrDefault(state);
}
