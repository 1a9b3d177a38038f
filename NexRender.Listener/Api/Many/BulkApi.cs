using NexRender.Listener.Api.Query;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;

namespace NexRender.Listener.Api.Many;

/// <summary>The routes of actions on many jobs: cancel, retry, pause, resume, remove.</summary>
internal sealed class BulkApi(JobStore store)
{
    public ValueTask<ApiResponse> CancelAsync(ApiRequest request) => ChangeAsync(request, store.Many.CancelAsync);

    public ValueTask<ApiResponse> RetryAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.RetryAsync(jobs, by, isDryRun));

    public ValueTask<ApiResponse> PauseAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.PauseAsync(jobs, by, isDryRun));

    public ValueTask<ApiResponse> ResumeAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.ResumeAsync(jobs, by, isDryRun));

    public ValueTask<ApiResponse> RemoveAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.RemoveAsync(jobs, by, isDryRun));

    private async ValueTask<ApiResponse> ChangeAsync(
        ApiRequest request, Func<BulkSelection, string, string, bool, Task<BulkResult>> change)
    {
        if (!BulkBody.TryRead(request, out var body, out var error)) return error!;
        if (!TrySelect(request, body, out var selection)) return NotOneSelection();
        var isDryRun = SubmissionsApi.IsDryRun(request);
        return BulkReport.Respond(await change(selection!, body.Reason, request.Executor, isDryRun).ConfigureAwait(false));
    }

    // The jobs are given in one way only: a request that gives them in two may mean either.
    private bool TrySelect(ApiRequest request, BulkBody body, out BulkSelection? selection)
    {
        var reader = new JobQueryReader(request.Query, () => store.Reader.CountByState().Keys);
        reader.RequireNames(QueryNames.Bulk);
        var filter = reader.ReadFilter();
        var isAll = reader.ReadFlag(QueryNames.All);
        selection = null;
        if ((body.Uids is null ? 0 : 1) + (filter.IsEmpty ? 0 : 1) + (isAll ? 1 : 0) != 1) return false;
        selection = new BulkSelection(body.Uids, filter.IsEmpty ? null : filter.Matches);
        return true;
    }

    private static ApiResponse NotOneSelection() => ApiResponse.Text(
        400, "say which jobs, in one way: {\"jobs\":[\"uid\"]} in the body, or conditions such as states=queued, or all=true in the query");
}
