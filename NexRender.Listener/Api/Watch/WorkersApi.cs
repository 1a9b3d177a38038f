using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Workers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Pickups;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Watch;

/// <summary>The routes of workers.</summary>
internal sealed class WorkersApi(FarmMonitor farm, Pauses pauses, JobPickups pickups)
{
    private static readonly byte[] Ok = """{"ok":true}"""u8.ToArray();

    public async ValueTask<ApiResponse> ListAsync(ApiRequest request) =>
        ApiResponse.JsonArray(await farm.ReadAsync(view => view.Workers.All().Select(WorkerJson.Write).ToArray()).ConfigureAwait(false));

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var name = request.RouteValue("name");
        var worker = await farm.ReadAsync(view => view.Workers.Find(name) is { } found ? WorkerJson.Write(found) : null)
            .ConfigureAwait(false);
        return worker is null ? NotFound(name) : ApiResponse.Json(worker);
    }

    public ValueTask<ApiResponse> PauseAsync(ApiRequest request) => SetPausedAsync(request, true);

    public ValueTask<ApiResponse> ResumeAsync(ApiRequest request) => SetPausedAsync(request, false);

    public async ValueTask<ApiResponse> RemoveAsync(ApiRequest request)
    {
        var name = request.RouteValue("name");
        if (await pauses.SetWorkerAsync(name, false).ConfigureAwait(false) is { } refusal) return ApiResponse.Refused(refusal);
        pickups.ResumeWorker(name);
        await farm.Loaded.ConfigureAwait(false);
        var isRemoved = farm.Remove(name);
        return ApiResponse.Json(new JsonComposer().Text("name"u8, name).Boolean("removed"u8, isRemoved).ToBytes());
    }

    /// <summary>Takes the heartbeat that some workers send besides their reports; nothing of its body is needed.</summary>
    public ValueTask<ApiResponse> HeartbeatAsync(ApiRequest request)
    {
        farm.Seen(WorkerRequest.Identity(request), null, WorkerRequest.Version(request), isPickup: false);
        return new(ApiResponse.Json(Ok));
    }

    private static ApiResponse NotFound(string name) =>
        ApiResponse.Refused(new Refusal(RefusalKind.NotFound, $"worker not found: {name}"));

    private async ValueTask<ApiResponse> SetPausedAsync(ApiRequest request, bool isPaused)
    {
        var name = request.RouteValue("name");
        if (!await farm.ReadAsync(view => view.Workers.Find(name) is not null).ConfigureAwait(false)) return NotFound(name);
        if (await pauses.SetWorkerAsync(name, isPaused).ConfigureAwait(false) is { } refusal) return ApiResponse.Refused(refusal);
        farm.SetPaused(name, isPaused);
        if (!isPaused) pickups.ResumeWorker(name);
        return await GetAsync(request).ConfigureAwait(false);
    }
}
