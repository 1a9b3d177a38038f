using NexRender.Listener.Jobs;

namespace NexRender.Listener.Api;

/// <summary>Whether the server is alive, and whether it is fit for work.</summary>
internal sealed class HealthApi(JobStore store)
{
    private static readonly Reply Ok = Reply.Text(200, "ok");

    public ValueTask<Reply> Live(ApiRequest request) => new(Ok);

    public ValueTask<Reply> Ready(ApiRequest request) => new(store.Trouble is { } trouble ? Reply.Text(503, trouble) : Ok);
}
