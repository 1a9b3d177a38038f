using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api;

/// <summary>The status objects of jobs.</summary>
internal sealed class StatusApi(JobStore store)
{
    public async ValueTask<Reply> List(ApiRequest request) =>
        Reply.JsonArray(Array.ConvertAll(await store.ListAsync().ConfigureAwait(false), JobStatus.Write));

    public async ValueTask<Reply> Fetch(ApiRequest request) =>
        await store.FindAsync(request.Parameter).ConfigureAwait(false) is { } job
            ? Reply.Json(JobStatus.Write(job))
            : Reply.Refused(JobResult.NotFound(request.Parameter).Refusal!);
}
