using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Submissions;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Many;

/// <summary>Writes the response to the submission of a batch.</summary>
internal static class BatchReport
{
    private static readonly byte[] Name = "name"u8.ToArray();
    private static readonly byte[] Status = "status"u8.ToArray();
    private static readonly byte[] TotalJobs = "totalJobs"u8.ToArray();
    private static readonly byte[] SuccessCount = "successCount"u8.ToArray();
    private static readonly byte[] JobsName = "jobs"u8.ToArray();
    private static readonly byte[] Errors = "errors"u8.ToArray();
    private static readonly byte[] Index = "index"u8.ToArray();
    private static readonly byte[] Null = "null"u8.ToArray();

    public static byte[] Write(string id, ReadOnlyMemory<byte> name, Submission submission)
    {
        var accepted = submission.Jobs.Where(job => job.IsAccepted).ToList();
        var report = new JsonObject();
        report.Set(Fields.BatchId, JsonText.Quote(id));
        report.Set(Name, name.IsEmpty ? Null : name);
        // All of them may have ended at once: because of dependencies that had failed before.
        report.Set(Status, JsonText.Quote(accepted.TrueForAll(job => job.Job!.State == JobState.Error) ? JobState.Error : JobState.Queued));
        report.Set(TotalJobs, JsonText.FromInteger(submission.Jobs.Count));
        report.Set(SuccessCount, JsonText.FromInteger(accepted.Count));
        report.Set(JobsName, JsonArray.Write(accepted.ConvertAll(ToJson)));
        report.Set(Errors, JsonArray.Write([.. submission.Jobs.Where(job => !job.IsAccepted).Select(ToError)]));
        return report.ToBytes();
    }

    private static ReadOnlyMemory<byte> ToJson(NewJob job)
    {
        var json = new JsonObject(3);
        json.Set(Index, JsonText.FromInteger(job.Index));
        json.Set(Fields.Uid, JsonText.Quote(job.Job!.Uid));
        json.Set(Fields.State, JsonText.Quote(job.Job.State));
        return json.ToBytes();
    }

    private static ReadOnlyMemory<byte> ToError(NewJob job)
    {
        var json = new JsonObject(2);
        json.Set(Index, JsonText.FromInteger(job.Index));
        json.Set(Fields.Error, JsonText.Quote(job.Refusal!.Message));
        return json.ToBytes();
    }
}
