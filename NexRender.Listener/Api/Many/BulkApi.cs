using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;

namespace NexRender.Listener.Api.Many;

/// <summary>The routes of actions on many jobs: cancel, retry, pause, resume, remove.</summary>
internal sealed class BulkApi(JobStore store)
{
    private const string All = "all";

    public ValueTask<ApiResponse> CancelAsync(ApiRequest request) => ChangeAsync(request, store.Many.CancelAsync);

    public ValueTask<ApiResponse> RetryAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.RetryAsync(jobs, by, isDryRun));

    public ValueTask<ApiResponse> PauseAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.PauseAsync(jobs, by, isDryRun));

    public ValueTask<ApiResponse> ResumeAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.ResumeAsync(jobs, by, isDryRun));

    public ValueTask<ApiResponse> RemoveAsync(ApiRequest request) =>
        ChangeAsync(request, (jobs, _, by, isDryRun) => store.Many.RemoveAsync(jobs, by, isDryRun));

    private static async ValueTask<ApiResponse> ChangeAsync(
        ApiRequest request, Func<BulkSelection, string, string, bool, Task<BulkResult>> change)
    {
        if (!BulkBody.TryRead(request, out var body, out var error)) return error!;
        var isAll = Flags.IsSet(request, All);
        if (body.Uids is null && !isAll) return NothingSelected();
        if (body.Uids is not null && isAll) return ApiResponse.Text(400, "give the jobs in the body or in the query, not in both");
        var selection = new BulkSelection(body.Uids);
        var isDryRun = SubmissionsApi.IsDryRun(request);
        return BulkReport.Respond(await change(selection, body.Reason, request.Executor, isDryRun).ConfigureAwait(false));
    }

    private static ApiResponse NothingSelected() => ApiResponse.Text(
        400, "say which jobs: {\"jobs\":[\"uid\"]} in the body, or all=true in the query");
}
