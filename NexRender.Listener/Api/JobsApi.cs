using System.Text;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The jobs themselves: listed, created, read, updated, removed.</summary>
internal sealed class JobsApi(JobStore store, JobLifecycle life, Log log, TimeProvider clock)
{
    public async ValueTask<ApiResponse> List(ApiRequest request) =>
        ApiResponse.JsonArray(Array.ConvertAll(await store.ListAsync().ConfigureAwait(false), job => job.Json));

    public async ValueTask<ApiResponse> Fetch(ApiRequest request) =>
        await store.FindAsync(request.Parameter).ConfigureAwait(false) is { } job
            ? ApiResponse.Json(job.Json)
            : ApiResponse.Refused(JobResult.NotFound(request.Parameter).Refusal!);

    public async ValueTask<ApiResponse> Create(ApiRequest request)
    {
        if (!RequestBody.TryParse(request, out var sent, out var wrong)) return wrong!;
        var members = JobTemplate.Create(sent!, request.Creator, clock.GetUtcNow());
        if (JobValidator.Check(members) is { } invalid) return ApiResponse.Text(400, invalid);
        var job = Job.From(members);
        if (job.Uid is "pickup" or "status") return ApiResponse.Text(400, $"job uid must not be \"{job.Uid}\": no request could reach it");
        return Answer(request.Creator, await store.CreateAsync(job).ConfigureAwait(false));
    }

    public async ValueTask<ApiResponse> Update(ApiRequest request)
    {
        if (!RequestBody.TryParse(request, out var sent, out var wrong)) return wrong!;
        var uid = request.Parameter;
        if (sent!.Has("uid"u8) && JsonText.Text(sent["uid"u8]) != uid) return ApiResponse.Text(400, $"the uid of the body is not the uid of the path, {uid}");
        var result = await store.UpdateAsync(uid, job => life.Put(job, sent)).ConfigureAwait(false);
        if (result.Refusal is { Kind: RefusalKind.NotFound } && store.WasRemovedLately(uid)) return AnswerAboutRemoved(uid, sent);
        if (result is { Job: { } unchanged, What: null })
        {
            log.Change("ignored a report on", uid, request.Executor);
            return ApiResponse.Json(JobStatus.Write(unchanged));
        }
        return Answer(request.Executor, result);
    }

    public async ValueTask<ApiResponse> Remove(ApiRequest request)
    {
        var uid = request.Parameter;
        var result = await store.RemoveAsync(uid).ConfigureAwait(false);
        if (result.Refusal is { Kind: not RefusalKind.NotFound } refusal) return ApiResponse.Refused(refusal);
        if (result.Job is not null) log.Change("removed", uid, request.Executor);
        var quoted = Encoding.UTF8.GetString(JsonText.Quote(uid));
        return ApiResponse.Json(Encoding.UTF8.GetBytes($$"""{"id":{{quoted}},"removed":{{(result.Job is null ? "false" : "true")}}}"""));
    }

    private ApiResponse Answer(string by, JobResult result)
    {
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        log.Change(result.What!, result.Job!.Uid, by);
        return ApiResponse.Json(result.Job.Json);
    }

    // A refusal would kill the worker that is still rendering the job; one that has not begun is told in time.
    private static ApiResponse AnswerAboutRemoved(string uid, JsonObject sent)
    {
        if (JsonText.Text(sent["state"u8]) == JobState.Started && sent.Has("template"u8)) return ApiResponse.Text(409, $"job {uid} was removed");
        var answer = new JsonObject();
        answer.Set(Fields.Uid, JsonText.Quote(uid));
        if (sent.Has("state"u8)) answer.Set(Fields.State, JsonText.Minify(sent.Value("state"u8)));
        answer.Set("removed"u8.ToArray(), "true"u8.ToArray());
        return ApiResponse.Json(answer.ToBytes());
    }
}
