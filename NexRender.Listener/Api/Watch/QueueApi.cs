using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Watch;

/// <summary>The routes of the queue.</summary>
internal sealed class QueueApi(JobStore store, FarmServices farm)
{
    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var (delayed, preview) = (store.CountDelayed(), store.PreviewQueue());
        return ApiResponse.Json(await farm.Monitor.ReadAsync(
            view => QueueJson.Write(new JsonComposer(), farm.Pauses.IsQueuePaused, delayed, view, preview).ToBytes())
            .ConfigureAwait(false));
    }

    public ValueTask<ApiResponse> PauseAsync(ApiRequest request) => SetPausedAsync(true);

    public ValueTask<ApiResponse> ResumeAsync(ApiRequest request) => SetPausedAsync(false);

    private async ValueTask<ApiResponse> SetPausedAsync(bool isPaused)
    {
        var wasPaused = farm.Pauses.IsQueuePaused;
        if (await farm.Pauses.SetQueueAsync(isPaused).ConfigureAwait(false) is { } refusal) return ApiResponse.Refused(refusal);
        if (!isPaused) store.Pickups.ResumeQueue();
        if (wasPaused != isPaused) farm.Events.AnnounceQueue(isPaused);
        return ApiResponse.Json(isPaused ? """{"paused":true}"""u8.ToArray() : """{"paused":false}"""u8.ToArray());
    }
}
