using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener.Api;

/// <summary>The routes by which workers take jobs.</summary>
internal sealed class PickupApi(JobStore store)
{
    private static readonly ApiResponse NothingToDo = ApiResponse.Json("{}"u8.ToArray());

    public ValueTask<ApiResponse> AnyAsync(ApiRequest request) => PickUpAsync([], request);

    public ValueTask<ApiResponse> TaggedAsync(ApiRequest request) =>
        TagList.Parse(request.RouteValue("tags")) is { Length: > 0 } tags ? PickUpAsync(tags, request) : new(NothingToDo);

    private async ValueTask<ApiResponse> PickUpAsync(string[] tags, ApiRequest request)
    {
        var result = await store.PickUpAsync(tags, request.Executor).ConfigureAwait(false);
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        return result.Job is { } job ? ApiResponse.Json(job.Json) : NothingToDo;
    }
}
