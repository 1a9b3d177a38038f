using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>What a person does with a job: cancel, retry, pause, resume.</summary>
internal sealed class ActionsApi(JobStore store, JobLifecycle life, Log log)
{
    private static readonly ReadOnlyMemory<byte> Note = "note"u8.ToArray();

    private static readonly byte[] WorkerIsNotTold = JsonText.Quote(
        "the worker cannot be told: it will finish unheard, and what it reports changes nothing");

    public ValueTask<ApiResponse> Retry(ApiRequest request) => Act(request, life.Retry);

    public ValueTask<ApiResponse> Pause(ApiRequest request) => Act(request, life.Pause);

    public ValueTask<ApiResponse> Resume(ApiRequest request) => Act(request, life.Resume);

    public async ValueTask<ApiResponse> Cancel(ApiRequest request)
    {
        var reason = "";
        if (!request.Body.IsEmpty)
        {
            if (!RequestBody.TryParse(request, out var sent, out var wrong)) return wrong!;
            if (sent!.Has("reason"u8) && !JsonText.IsString(sent["reason"u8])) return ApiResponse.Text(400, "the reason must be a string");
            reason = JsonText.Text(sent["reason"u8]) ?? "";
        }
        var wasRunning = false;
        return await Act(
            request,
            job =>
            {
                wasRunning = job.IsRunning;
                return life.Cancel(job, reason);
            },
            job => wasRunning ? WithNote(job) : job.Json).ConfigureAwait(false);
    }

    private async ValueTask<ApiResponse> Act(ApiRequest request, Func<Job, JobResult> action, Func<Job, byte[]>? body = null)
    {
        var result = await store.UpdateAsync(request.Parameter, action).ConfigureAwait(false);
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        if (result.What is { } what) log.Change(what, request.Parameter, request.Executor);
        return ApiResponse.Json(body is null ? result.Job!.Json : body(result.Job!));
    }

    private static byte[] WithNote(Job job)
    {
        var members = job.Members();
        members.Set(Note, WorkerIsNotTold);
        return members.ToBytes();
    }
}
