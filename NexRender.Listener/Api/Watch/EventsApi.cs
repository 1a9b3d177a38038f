using NexRender.Listener.Api.Content;
using NexRender.Listener.Farm.Events;

namespace NexRender.Listener.Api.Watch;

/// <summary>The route of events.</summary>
internal sealed class EventsApi(EventHub hub)
{
    public ValueTask<ApiResponse> StreamAsync(ApiRequest request)
    {
        var query = request.Query;
        var filter = new EventFilter(
            query.Values("uid"), query.Values("states"), query.Values("batch"), query.Values("worker"), query.Values("types"));
        var since = query.Value("since") ?? request.Header("last-event-id");
        var content = new StreamedContent((stream, ended) => WriteAsync(filter, string.IsNullOrEmpty(since) ? null : since, stream, ended));
        // Proxies must pass each piece on at once.
        return new(ApiResponse.Stream("text/event-stream", content).With("Cache-Control", "no-cache").With("X-Accel-Buffering", "no"));
    }

    private async Task WriteAsync(EventFilter filter, string? since, IResponseStream stream, CancellationToken ended)
    {
        using var watcher = hub.Watch(filter, since);
        while (await watcher.ReadAsync(ended).ConfigureAwait(false) is { } piece) await stream.WriteAsync(piece).ConfigureAwait(false);
    }
}
