using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>Hands jobs to workers.</summary>
internal sealed class PickupApi(JobStore store, Log log)
{
    private static readonly Reply NothingToDo = Reply.Json("{}"u8.ToArray());

    public ValueTask<Reply> Any(ApiRequest request) => PickUp([], request);

    public ValueTask<Reply> Tagged(ApiRequest request) =>
        TagList.Parse(request.Parameter) is { Length: > 0 } tags ? PickUp(tags, request) : new(NothingToDo);

    private async ValueTask<Reply> PickUp(string[] tags, ApiRequest request)
    {
        var result = await store.PickUpAsync(tags, request.Executor).ConfigureAwait(false);
        if (result.Refusal is { } refusal) return Reply.Refused(refusal);
        if (result.Job is not { } job) return NothingToDo;
        log.Change("picked", job.Uid, request.Executor);
        return Reply.Json(job.Json);
    }
}
