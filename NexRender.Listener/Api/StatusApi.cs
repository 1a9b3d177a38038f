using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>The status objects of jobs.</summary>
internal sealed class StatusApi(JobStore store)
{
    public async ValueTask<ApiResponse> List(ApiRequest request) =>
        ApiResponse.JsonArray(Array.ConvertAll(await store.ListAsync().ConfigureAwait(false), JobStatus.Write));

    public async ValueTask<ApiResponse> Fetch(ApiRequest request) =>
        await store.FindAsync(request.Parameter).ConfigureAwait(false) is { } job
            ? ApiResponse.Json(JobStatus.Write(job))
            : ApiResponse.Refused(JobResult.NotFound(request.Parameter).Refusal!);
}
