using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Retention;

namespace NexRender.Listener.Api.Numbers;

/// <summary>The route of the metrics.</summary>
/// <param name="store">The jobs.</param>
/// <param name="farm">The workers, the queue and what happened.</param>
/// <param name="routes">Returns all routes, whose requests are counted.</param>
internal sealed class MetricsApi(JobStore store, FarmServices farm, Func<Route[]> routes)
{
    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var text = new MetricsText();
        WriteServer(text);
        var delayed = store.CountDelayed();
        // Only copied under the lock of the farm, which changes of jobs wait for.
        var (states, tags) = await farm.Monitor.ReadAsync(view =>
        {
            FarmMetrics.Write(text, view);
            return (view.States.ByState.ToArray(), view.Waits.ByTag(view.Now).ToArray());
        }).ConfigureAwait(false);
        FarmMetrics.WriteStates(text, states);
        FarmMetrics.WriteQueue(text, tags, delayed, farm.Pauses.IsQueuePaused);
        RequestMetrics.Write(text, routes(), farm.Numbers.Unrouted);
        return ApiResponse.Bytes(MetricsText.MediaType, text.ToBytes());
    }

    private static void WriteHooks(MetricsText text, HookService? hooks)
    {
        text.Gauge("hooks_pending", "Hooks that are not delivered yet.").Value(hooks?.Pending ?? 0);
        text.Counter("hook_deliveries_total", "Hooks by outcome since the start.")
            .Value(hooks?.Counts.Delivered ?? 0, ("outcome", "delivered"))
            .Value(hooks?.Counts.Failed ?? 0, ("outcome", "failed"))
            .Value(hooks?.Counts.Dropped ?? 0, ("outcome", "dropped"));
    }

    private static void WriteRetention(MetricsText text, RetentionCounts counts) =>
        text.Counter("retention_removed_total", "Ended jobs that were removed for their age or number since the start.")
            .Value(counts.Finished, ("reason", "finished"))
            .Value(counts.Errors, ("reason", "errors"))
            .Value(counts.Surplus, ("reason", "surplus"));

    private void WriteServer(MetricsText text)
    {
        var numbers = farm.Numbers;
        text.Gauge("build_info", "The version of the server.").Value(1, ("version", numbers.Version));
        text.Gauge("process_start_time_seconds", "Start of the server, in seconds since 1970.")
            .Value(numbers.StartedAt.ToUnixTimeMilliseconds() / 1000.0);
        text.Gauge("process_resident_memory_bytes", "Memory of the process that is in use.").Value(Environment.WorkingSet);
        text.Gauge("storage_healthy", "1 if changes are accepted and checkpoints are written, otherwise 0.")
            .Value(store.HealthProblem is null ? 1 : 0);
        text.Gauge("journal_bytes", "Length of the present journal.").Value(numbers.JournalBytes());
        text.Histogram("journal_flush_duration_seconds", "Time of the syncs that make changes durable.").Values(numbers.Flushes.Read());
        if (numbers.Connections() is { } connections) text.Gauge("connections", "Open connections of clients.").Value(connections);
        text.Gauge("held_pickups", "Pickups that are held until a job fits.").Value(store.Pickups.HeldPickups);
        text.Gauge("watchers", "Clients that read events.").Value(farm.Events.Watchers);
        WriteHooks(text, farm.Hooks);
        WriteRetention(text, numbers.Retention);
    }
}
