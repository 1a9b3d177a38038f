using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Submissions;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Many;

/// <summary>The routes that store many jobs with one request: an array of jobs, and a batch.</summary>
internal sealed class SubmissionsApi(JobStore store, TimeProvider clock)
{
    private static readonly byte[] Name = "name"u8.ToArray();
    private static readonly byte[] JobsName = "jobs"u8.ToArray();

    /// <summary>Returns true if nothing is to be changed.</summary>
    public static bool IsDryRun(ApiRequest request) => Flags.IsSet(request, "dryRun");

    private readonly RepeatedRequests _repeated = new(store);

    /// <summary>Stores an array of jobs, all or none; or a single job, for a dry run or with a key.</summary>
    public ValueTask<ApiResponse> CreateAsync(ApiRequest request) => _repeated.HandleAsync(request, CreateAsync);

    /// <summary>Stores the jobs of a batch that are valid.</summary>
    public ValueTask<ApiResponse> CreateBatchAsync(ApiRequest request) => _repeated.HandleAsync(request, CreateBatchAsync);

    private async ValueTask<ApiResponse> CreateAsync(ApiRequest request, RequestKey? requestKey)
    {
        var isArray = RequestBody.IsArray(request);
        if (!TryRead(request, isArray, out var bodies, out var error)) return error!;
        if (CheckCount(bodies.Count) is { } wrongCount) return wrongCount;
        var submission = Submission.Read(bodies, request.Creator, batch: null, clock.GetUtcNow());
        var key = ToKey(requestKey, stored => isArray ? Array(stored) : stored.Jobs[0].Job!.Json.ToArray());
        var refusal = await store.Many.SubmitAsync(submission, request.Creator, isArray, IsDryRun(request), key).ConfigureAwait(false);
        if (isArray)
        {
            return refusal is null
                ? ApiResponse.JsonArray([.. submission.Jobs.Select(job => job.Job!.Json)])
                : ApiResponse.Refused(refusal);
        }
        var job = submission.Jobs[0];
        return (refusal ?? job.Refusal) is { } reason ? ApiResponse.Refused(reason) : ApiResponse.Json(job.Job!.Json);
    }

    private async ValueTask<ApiResponse> CreateBatchAsync(ApiRequest request, RequestKey? requestKey)
    {
        if (!RequestBody.TryParse(request, out var body, out var error)) return error!;
        if (body!.Value(JobsName) is not { IsEmpty: false } jobs || jobs.Span[0] != '[')
            return ApiResponse.Text(400, "a batch must have jobs, an array of jobs");
        var name = body[Name];
        if (!name.IsEmpty && !JsonText.IsString(name) && !name.SequenceEqual("null"u8))
            return ApiResponse.Text(400, "the name of a batch must be a string");
        var bodies = RequestBody.ToObjects(jobs);
        if (CheckCount(bodies.Count) is { } wrongCount) return wrongCount;
        var batch = new JsonObject(2);
        var id = JobTemplate.NewUid();
        batch.Set(Fields.BatchId, JsonText.Quote(id));
        if (JsonText.IsString(name)) batch.Set(Fields.BatchName, body.Value(Name));
        var submission = Submission.Read(bodies, request.Creator, batch, clock.GetUtcNow());
        var key = ToKey(requestKey, stored => BatchReport.Write(id, body.Value(Name), stored));
        var isDryRun = IsDryRun(request);
        var refusal = await store.Many.SubmitAsync(submission, request.Creator, isWhole: false, isDryRun, key).ConfigureAwait(false);
        if (refusal is not null) return ApiResponse.Refused(refusal);
        return submission.Jobs.Any(job => job.IsAccepted)
            ? ApiResponse.Json(BatchReport.Write(id, body.Value(Name), submission))
            : ApiResponse.Refused(submission.FirstRefused!.Refusal! with
            {
                Message = $"no job of the batch can be stored; job 0: {submission.FirstRefused.Refusal.Message}",
            });
    }

    private static SubmissionKey? ToKey(RequestKey? key, Func<Submission, byte[]> write) =>
        key is null ? null : new SubmissionKey(key.Key, key.Request, write);

    private static byte[] Array(Submission stored) =>
        JsonArray.Write([.. stored.Jobs.Select(job => (ReadOnlyMemory<byte>)job.Job!.Json.ToArray())]).ToArray();

    private static bool TryRead(ApiRequest request, bool isArray, out List<JsonObject?> bodies, out ApiResponse? error)
    {
        if (isArray) return RequestBody.TryParseArray(request, out bodies, out error);
        var isObject = RequestBody.TryParse(request, out var body, out error);
        bodies = [body];
        return isObject;
    }

    private static ApiResponse? CheckCount(int count) => count switch
    {
        0 => ApiResponse.Text(400, "there is no job in the request; each must be a JSON object"),
        > Submission.MaxJobs => ApiResponse.Text(400, $"a request may have at most {Submission.MaxJobs} jobs, not {count}; send several"),
        _ => null,
    };
}
