using NexRender.Listener.Api.Many;
using NexRender.Listener.Api.Query;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The routes of jobs: list, export, create, get, update, remove.</summary>
internal sealed class JobsApi(JobStore store, RefusalLog refusals, SubmissionsApi submissions)
{
    private static readonly byte[] Removed = "removed"u8.ToArray();
    private static readonly byte[] True = "true"u8.ToArray();
    private static readonly byte[] False = "false"u8.ToArray();
    private static readonly byte[] Id = "id"u8.ToArray();
    private static readonly byte[] Note = "note"u8.ToArray();

    private static readonly byte[] WorkerRendersOn = JsonText.Quote(
        "a worker is rendering this job and cannot be told: it will finish the render, but its reports will be ignored");

    private readonly ListResponder _lists = new(store);

    public ValueTask<ApiResponse> ListAsync(ApiRequest request) => _lists.ListAsync(request, ofStatuses: false);

    public async ValueTask<ApiResponse> ExportAsync(ApiRequest request) =>
        ApiResponse.DatabaseFile(await store.ListAsync().ConfigureAwait(false));

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var uid = request.RouteValue("uid");
        if (await store.Reader.FindAsync(uid).ConfigureAwait(false) is not (var job, var sequence))
            return ApiResponse.Refused(Refusal.NotFound(uid));
        return EntityTag.Respond(request, EntityTag.Of(store, sequence), () => ApiResponse.Json(job.Json));
    }

    public async ValueTask<ApiResponse> CreateAsync(ApiRequest request)
    {
        if (RequestBody.IsArray(request) || RepeatedRequests.HasKey(request) || SubmissionsApi.IsDryRun(request))
            return await submissions.CreateAsync(request).ConfigureAwait(false);
        if (!RequestBody.TryParse(request, out var body, out var error)) return error!;
        var result = await store.CreateAsync(body!, request.Creator).ConfigureAwait(false);
        return result.Refusal is { } refusal ? ApiResponse.Refused(refusal) : ApiResponse.Json(result.Job!.Json);
    }

    public async ValueTask<ApiResponse> UpdateAsync(ApiRequest request)
    {
        if (!RequestBody.TryParse(request, out var body, out var error)) return error!;
        var uid = request.RouteValue("uid");
        var by = request.Executor;
        var result = await store.UpdateAsync(uid, body!, by).ConfigureAwait(false);
        if (result.Refusal is { } refusal) return ApiResponse.Refused(refusal);
        if (result.Change is not null) return ApiResponse.Json(result.Job!.Json);
        refusals.Ignored(uid, by, result.IsRemoved ? "it was removed" : $"it is {result.Job!.State}");
        return ApiResponse.Json(result.IsRemoved ? RemovedStatus(uid, body!) : store.Reader.Statuses().Write(result.Job!));
    }

    public async ValueTask<ApiResponse> RemoveAsync(ApiRequest request)
    {
        var uid = request.RouteValue("uid");
        var result = await store.RemoveAsync(uid, request.Executor).ConfigureAwait(false);
        if (result.Refusal is { Kind: not RefusalKind.NotFound } refusal) return ApiResponse.Refused(refusal);
        var response = new JsonObject(3);
        response.Set(Id, JsonText.Quote(uid));
        response.Set(Removed, result.Change is null ? False : True);
        if (result.Change is { Before.IsRunning: true }) response.Set(Note, WorkerRendersOn);
        return ApiResponse.Json(response.ToBytes());
    }

    // The worker parses the answer, and checks nothing in it.
    private static byte[] RemovedStatus(string uid, JsonObject body)
    {
        var status = new JsonObject();
        status.Set(Fields.Uid, JsonText.Quote(uid));
        if (body.Has(Fields.State)) status.Set(Fields.State, JsonText.Minify(body.Value(Fields.State)));
        status.Set(Removed, True);
        return status.ToBytes();
    }
}
