using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api;

/// <summary>Whether the server is alive, and whether it is fit for work.</summary>
internal sealed class HealthApi(JobStore store)
{
    private static readonly ApiResponse Ok = ApiResponse.Text(200, "ok");

    public ValueTask<ApiResponse> Live(ApiRequest request) => new(Ok);

    public ValueTask<ApiResponse> Ready(ApiRequest request) => new(store.Trouble is { } trouble ? ApiResponse.Text(503, trouble) : Ok);
}
