using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api;

/// <summary>The health routes: whether the server is alive, and whether it accepts changes.</summary>
internal sealed class HealthApi(JobStore store)
{
    private static readonly ApiResponse Ok = ApiResponse.Text(200, "ok");

    public ValueTask<ApiResponse> LiveAsync(ApiRequest request) => new(Ok);

    public ValueTask<ApiResponse> ReadyAsync(ApiRequest request) =>
        new(store.HealthProblem is { } problem ? ApiResponse.Text(503, problem) : Ok);
}
