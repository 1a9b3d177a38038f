using System.Globalization;
using NexRender.Listener.Api.Watch;
using NexRender.Listener.Farm;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The routes by which workers take jobs.</summary>
/// <param name="store">The jobs.</param>
/// <param name="farm">What the farm does, and the pauses.</param>
/// <param name="log">The log.</param>
/// <param name="defaultWait">The time for which a pickup is held that does not say how long; zero to answer at once.</param>
internal sealed class PickupApi(JobStore store, FarmServices farm, Log log, TimeSpan defaultWait)
{
    /// <summary>The longest time for which a pickup is held: unmodified workers drop a response after 60 seconds.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(45);

    private static readonly ApiResponse NothingToDo = ApiResponse.Json("{}"u8.ToArray());

    private static readonly ApiResponse QueuePaused = NothingToDo.With("nexrender-queue", "paused");

    public ValueTask<ApiResponse> AnyAsync(ApiRequest request) => PickUpAsync([], request);

    public ValueTask<ApiResponse> TaggedAsync(ApiRequest request) =>
        TagList.Parse(request.RouteValue("tags")) is { Length: > 0 } tags ? PickUpAsync(tags, request) : new(NothingToDo);

    private async ValueTask<ApiResponse> PickUpAsync(string[] tags, ApiRequest request)
    {
        if (Seconds.Parse(request.Query.Value("wait"), defaultWait, LongestWait) is not { } wait)
            return Seconds.Invalid("wait", LongestWait);
        var worker = WorkerRequest.Identity(request);
        Saw(worker, tags, request);
        var isHeld = wait > TimeSpan.Zero && request.MayWait;
        if (!IsPaused(worker))
        {
            var picked = await store.Pickups.PickUpAsync(tags, worker).ConfigureAwait(false);
            foreach (var uid in picked.Suspects)
            {
                log.Info($"warning: {worker.Executor} asks for other work while it has job {uid}: it may have died and come back, "
                    + "or two workers share the name");
            }
            if (!isHeld || picked.Result.Job is not null || picked.Result.Refusal is not null) return ToResponse(picked);
        }
        if (isHeld) return await HoldAsync(tags, worker, wait, request).ConfigureAwait(false);
        return Nothing();
    }

    // A pickup of a paused worker, or of a paused queue, is held too: it gets a job once the pause is over.
    private async ValueTask<ApiResponse> HoldAsync(string[] tags, WorkerIdentity worker, TimeSpan wait, ApiRequest request)
    {
        using var ended = request.BeginWait(wait);
        var picked = await store.Pickups.HoldAsync(tags, worker, () => request.HasClosed, ended.Token).ConfigureAwait(false);
        // The job is durable by now, and the worker may have disconnected meanwhile: it cannot receive the response.
        if (request.HasClosed)
        {
            if (picked.Result.Job is { } lost) await store.GiveBackAsync(lost).ConfigureAwait(false);
            return NothingToDo;
        }
        // Its silence counts from the response on.
        Saw(worker, tags, request);
        return IsPaused(worker) && picked.Result.Job is null ? Nothing() : ToResponse(picked);
    }

    private bool IsPaused(in WorkerIdentity worker) => farm.Pauses.IsQueuePaused || farm.Pauses.IsPaused(worker.Executor);

    private ApiResponse Nothing() => farm.Pauses.IsQueuePaused ? QueuePaused : NothingToDo;

    private void Saw(in WorkerIdentity worker, string[] tags, ApiRequest request) => farm.Monitor.Seen(
        worker, tags.Length == 0 ? null : string.Join(',', tags), WorkerRequest.Version(request), isPickup: true);

    private static ApiResponse ToResponse(in PickupResult picked)
    {
        if (picked.Result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        if (picked.Result.Job is { } job) return ApiResponse.Json(job.Json);
        return picked.ReadyIn is { } wait ? NothingToDo.With("Retry-After", WholeSeconds(wait)) : NothingToDo;
    }

    private static string WholeSeconds(TimeSpan time) =>
        Math.Ceiling(Math.Max(time.TotalSeconds, 1)).ToString("0", CultureInfo.InvariantCulture);
}
