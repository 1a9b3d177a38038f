using NexRender.Listener.Jobs.Queue;

namespace NexRender.Listener.Api.Watch;

/// <summary>Reads from the headers of a request which worker has sent it.</summary>
internal static class WorkerRequest
{
    private const string Program = "nexrender-worker/";

    public static WorkerIdentity Identity(ApiRequest request) => new(request.Executor, request.IsNamed, request.Creator);

    /// <summary>Returns the version of the worker's program; <c>null</c> if it does not send one.</summary>
    public static string? Version(ApiRequest request)
    {
        if (request.Header("user-agent") is not { } agent) return null;
        var at = agent.IndexOf(Program, StringComparison.Ordinal);
        if (at < 0) return null;
        var version = agent.AsSpan(at + Program.Length);
        var end = version.IndexOf(' ');
        return (end < 0 ? version : version[..end]).ToString();
    }
}
