using NexRender.Listener.Api.Query;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api;

/// <summary>The routes of status objects.</summary>
internal sealed class StatusApi(JobStore store)
{
    private readonly ListResponder _lists = new(store);

    public ValueTask<ApiResponse> ListAsync(ApiRequest request) => _lists.ListAsync(request, ofStatuses: true);

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var uid = request.RouteValue("uid");
        if (await store.Reader.FindAsync(uid).ConfigureAwait(false) is not (var job, var sequence))
            return ApiResponse.Refused(Refusal.NotFound(uid));
        var view = store.Statuses();
        return EntityTag.Respond(request, EntityTag.Of(store, sequence, view.MomentOf(job)), () => ApiResponse.Json(view.Write(job)));
    }
}
