using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api;

/// <summary>The health routes: whether the server is alive, and whether it accepts changes.</summary>
internal sealed class HealthApi(JobStore store)
{
    /// <summary>The path of the route that tells whether the server is alive.</summary>
    public const string Live = "/health";

    /// <summary>The path of the route that tells whether the server accepts changes.</summary>
    public const string Ready = "/health/ready";

    /// <summary>The response if all is well.</summary>
    public static readonly ApiResponse Ok = ApiResponse.Text(200, "ok");

    public ValueTask<ApiResponse> LiveAsync(ApiRequest request) => new(Ok);

    public ValueTask<ApiResponse> ReadyAsync(ApiRequest request) =>
        new(store.HealthProblem is { } problem ? ApiResponse.Text(503, problem) : Ok);
}
