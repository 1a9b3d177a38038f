using NexRender.Listener.Jobs;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api;

/// <summary>The routes of people's actions on a job: cancel, retry, pause, resume.</summary>
internal sealed class ActionsApi(JobStore store)
{
    private static readonly byte[] Note = "note"u8.ToArray();
    private static readonly byte[] Reason = "reason"u8.ToArray();

    private static readonly byte[] WorkerRendersOn = JsonText.Quote(
        "the worker cannot be told: it will finish the render, but its reports will be ignored");

    public async ValueTask<ApiResponse> RetryAsync(ApiRequest request) =>
        Respond(await store.RetryAsync(request.RouteValue("uid"), request.Executor).ConfigureAwait(false));

    public async ValueTask<ApiResponse> PauseAsync(ApiRequest request) =>
        Respond(await store.PauseAsync(request.RouteValue("uid"), request.Executor).ConfigureAwait(false));

    public async ValueTask<ApiResponse> ResumeAsync(ApiRequest request) =>
        Respond(await store.ResumeAsync(request.RouteValue("uid"), request.Executor).ConfigureAwait(false));

    public async ValueTask<ApiResponse> CancelAsync(ApiRequest request)
    {
        var reason = "";
        if (!RequestBody.IsNothing(request))
        {
            if (!RequestBody.TryParse(request, out var body, out var error)) return error!;
            var given = body![Reason];
            if (!given.IsEmpty && !JsonText.IsString(given) && !given.SequenceEqual("null"u8))
                return ApiResponse.Text(400, "the reason must be a string");
            reason = JsonText.GetString(given) ?? "";
        }
        var result = await store.CancelAsync(request.RouteValue("uid"), reason, request.Executor).ConfigureAwait(false);
        return result.Change is { Before.IsRunning: true, After: { } job } ? ApiResponse.Json(WithNote(job)) : Respond(result);
    }

    private static ApiResponse Respond(JobResult result) =>
        result.Refusal is { } refusal ? ApiResponse.Refused(refusal) : ApiResponse.Json(result.Job!.Json);

    private static byte[] WithNote(Job job)
    {
        var members = job.Members();
        members.Set(Note, WorkerRendersOn);
        return members.ToBytes();
    }
}
