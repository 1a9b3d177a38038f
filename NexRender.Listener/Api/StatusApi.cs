using NexRender.Listener.Api.Query;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Reading;

namespace NexRender.Listener.Api;

/// <summary>The routes of status objects.</summary>
internal sealed class StatusApi(JobStore store)
{
    private readonly ListResponder _lists = new(store);

    public ValueTask<ApiResponse> ListAsync(ApiRequest request) => _lists.ListAsync(request, ofStatuses: true);

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var uid = request.RouteValue("uid");
        var reader = new JobQueryReader(request.Query, () => []);
        reader.CheckNames(QueryNames.Status);
        var isPositionWanted = reader.ReadFlag(QueryNames.Position);
        if (await store.Reader.FindAsync(uid).ConfigureAwait(false) is not (var job, var sequence))
            return ApiResponse.Refused(Refusal.NotFound(uid));
        var view = store.Reader.Statuses();
        if (isPositionWanted) return ApiResponse.Json(WithPosition(job, view.Write(job)));
        return EntityTag.Respond(request, EntityTag.Of(store, sequence, view.MomentOf(job)), () => ApiResponse.Json(view.Write(job)));
    }

    // Without a tag: the place changes with every other job, and the time that is left with the clock.
    private byte[] WithPosition(Job job, byte[] status) =>
        JobStatus.AddPosition(status, store.Positions.InQueue(job), store.Positions.SecondsLeft(job));
}
