using NexRender.Listener.Farm.Events;
using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api.Watch;

/// <summary>The routes that are answered when a job or a batch has ended.</summary>
internal sealed class WaitsApi(JobStore store, JobWaits waits)
{
    /// <summary>The longest time until the response.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(60);

    public async ValueTask<ApiResponse> ForJobAsync(ApiRequest request)
    {
        var uid = request.RouteValue("uid");
        if (ReadTimeout(request) is not { } timeout) return Seconds.Invalid("timeout", LongestWait);
        using var ended = request.BeginWait(timeout);
        await waits.WaitForJobAsync(
            uid, async () => await store.FindAsync(uid).ConfigureAwait(false) is not { } job || JobState.IsTerminal(job.State), ended.Token)
            .ConfigureAwait(false);
        return await store.FindAsync(uid).ConfigureAwait(false) is { } found
            ? ApiResponse.Json(store.Reader.Statuses().Write(found))
            : ApiResponse.Refused(Refusal.NotFound(uid));
    }

    public async ValueTask<ApiResponse> ForBatchAsync(ApiRequest request)
    {
        var id = request.RouteValue("id");
        if (ReadTimeout(request) is not { } timeout) return Seconds.Invalid("timeout", LongestWait);
        using var ended = request.BeginWait(timeout);
        try
        {
            await waits.WaitForBatchAsync(
                id, async () => await store.Many.FindBatchAsync(id).ConfigureAwait(false) is not { HasEnded: false }, ended.Token)
                .ConfigureAwait(false);
            return await store.Many.FindBatchAsync(id).ConfigureAwait(false) is { } batch
                ? ApiResponse.Json(batch.ToJson())
                : ApiResponse.Text(404, $"batch not found: {id}");
        }
        catch (TimeoutException)
        {
            return ApiResponse.Text(503, "the server's disk does not respond, so it is not known what is stored; send the request again");
        }
    }

    private static TimeSpan? ReadTimeout(ApiRequest request) => Seconds.Parse(request.Query.Value("timeout"), DefaultWait, LongestWait);
}
