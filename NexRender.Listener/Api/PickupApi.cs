using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>Hands jobs to workers.</summary>
internal sealed class PickupApi(JobStore store, Log log)
{
    private static readonly ApiResponse NothingToDo = ApiResponse.Json("{}"u8.ToArray());

    public ValueTask<ApiResponse> Any(ApiRequest request) => PickUp([], request);

    public ValueTask<ApiResponse> Tagged(ApiRequest request) =>
        TagList.Parse(request.Parameter) is { Length: > 0 } tags ? PickUp(tags, request) : new(NothingToDo);

    private async ValueTask<ApiResponse> PickUp(string[] tags, ApiRequest request)
    {
        var result = await store.PickUpAsync(tags, request.Executor).ConfigureAwait(false);
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        if (result.Job is not { } job) return NothingToDo;
        log.Change("picked", job.Uid, request.Executor);
        return ApiResponse.Json(job.Json);
    }
}
