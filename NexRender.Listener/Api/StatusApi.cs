using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>The routes of status objects.</summary>
internal sealed class StatusApi(JobStore store)
{
    public async ValueTask<ApiResponse> ListAsync(ApiRequest request) =>
        ApiResponse.JsonArray(Array.ConvertAll(await store.ListAsync().ConfigureAwait(false), store.StatusOf));

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request) =>
        await store.FindAsync(request.RouteValue("uid")).ConfigureAwait(false) is { } job
            ? ApiResponse.Json(store.StatusOf(job))
            : ApiResponse.Refused(Refusal.NotFound(request.RouteValue("uid")));
}
