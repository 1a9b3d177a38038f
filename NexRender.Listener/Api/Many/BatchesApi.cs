using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;

namespace NexRender.Listener.Api.Many;

/// <summary>The routes of batches that are stored.</summary>
internal sealed class BatchesApi(JobStore store)
{
    public async ValueTask<ApiResponse> ListAsync(ApiRequest request)
    {
        try
        {
            var batches = await store.Many.ListBatchesAsync().ConfigureAwait(false);
            return ApiResponse.JsonArray(Array.ConvertAll(batches, batch => batch.ToJson()));
        }
        catch (TimeoutException)
        {
            return DiskDoesNotRespond();
        }
    }

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        try
        {
            var batch = await store.Many.FindBatchAsync(request.RouteValue("id")).ConfigureAwait(false);
            return batch is null ? NotFound(request) : ApiResponse.Json(batch.ToJson());
        }
        catch (TimeoutException)
        {
            return DiskDoesNotRespond();
        }
    }

    public ValueTask<ApiResponse> CancelAsync(ApiRequest request)
    {
        if (!BulkBody.TryRead(request, out var body, out var error)) return new(error!);
        return ChangeAsync(request, (jobs, by, isDryRun) => store.Many.CancelAsync(jobs, body.Reason, by, isDryRun));
    }

    public ValueTask<ApiResponse> RetryAsync(ApiRequest request) => ChangeAsync(request, store.Many.RetryAsync);

    public ValueTask<ApiResponse> RemoveAsync(ApiRequest request) => ChangeAsync(request, store.Many.RemoveAsync);

    private async ValueTask<ApiResponse> ChangeAsync(ApiRequest request, Func<BulkSelection, string, bool, Task<BulkResult>> change) =>
        store.Many.SelectBatch(request.RouteValue("id")) is { } jobs
            ? BulkReport.Respond(await change(jobs, request.Executor, SubmissionsApi.IsDryRun(request)).ConfigureAwait(false))
            : NotFound(request);

    private static ApiResponse NotFound(ApiRequest request) => ApiResponse.Text(404, $"batch not found: {request.RouteValue("id")}");

    private static ApiResponse DiskDoesNotRespond() =>
        ApiResponse.Text(503, "the server's disk does not respond, so it is not known what is stored; send the request again");
}
