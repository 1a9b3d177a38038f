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
        var isCompressed = ContentCoding.AcceptsGzip(request.Header("accept-encoding"));
        var content = new StreamedContent((stream, ended) =>
            WriteAsync(filter, string.IsNullOrEmpty(since) ? null : since, new EventStream(stream, isCompressed), ended));
        // Proxies must pass each piece on at once.
        var response = ApiResponse.Stream("text/event-stream", content)
            .With("Cache-Control", "no-cache").With("X-Accel-Buffering", "no").With("Vary", "Accept-Encoding");
        return new(isCompressed ? response.With("Content-Encoding", "gzip") : response);
    }

    private async Task WriteAsync(EventFilter filter, string? since, EventStream stream, CancellationToken ended)
    {
        using var watcher = hub.Watch(filter, since);
        try
        {
            while (await watcher.ReadAsync(ended).ConfigureAwait(false) is { } piece) await stream.WriteAsync(piece).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The stream ends with the server, or its client has gone.
        }
        await stream.EndAsync().ConfigureAwait(false);
    }
}
