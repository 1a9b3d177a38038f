using System.Globalization;
using NexRender.Listener.Api.Watch;
using NexRender.Listener.Farm;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The routes by which workers take jobs.</summary>
internal sealed class PickupApi(JobStore store, FarmMonitor farm, Pauses pauses, Log log)
{
    private static readonly ApiResponse NothingToDo = ApiResponse.Json("{}"u8.ToArray());

    private static readonly ApiResponse QueuePaused = NothingToDo.With("nexrender-queue", "paused");

    public ValueTask<ApiResponse> AnyAsync(ApiRequest request) => PickUpAsync([], request);

    public ValueTask<ApiResponse> TaggedAsync(ApiRequest request) =>
        TagList.Parse(request.RouteValue("tags")) is { Length: > 0 } tags ? PickUpAsync(tags, request) : new(NothingToDo);

    private async ValueTask<ApiResponse> PickUpAsync(string[] tags, ApiRequest request)
    {
        var worker = WorkerRequest.Identity(request);
        farm.Seen(worker, tags.Length == 0 ? null : string.Join(',', tags), WorkerRequest.Version(request), isPickup: true);
        if (pauses.IsQueuePaused) return QueuePaused;
        if (pauses.Workers.ContainsKey(worker.Executor)) return NothingToDo;
        var (result, suspects, readyIn) = await store.PickUpAsync(tags, worker).ConfigureAwait(false);
        foreach (var uid in suspects)
        {
            log.Info($"warning: {worker.Executor} asks for other work while it has job {uid}: it may have died and come back, "
                + "or two workers share the name");
        }
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        if (result.Job is { } job) return ApiResponse.Json(job.Json);
        return readyIn is { } wait ? NothingToDo.With("Retry-After", Seconds(wait)) : NothingToDo;
    }

    private static string Seconds(TimeSpan time) =>
        Math.Ceiling(Math.Max(time.TotalSeconds, 1)).ToString("0", CultureInfo.InvariantCulture);
}
