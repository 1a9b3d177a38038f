using NexRender.Listener.Api.Access;
using NexRender.Listener.Api.Many;
using NexRender.Listener.Api.Numbers;
using NexRender.Listener.Api.OpenApi;
using NexRender.Listener.Api.Page;
using NexRender.Listener.Api.Watch;
using NexRender.Listener.Farm;
using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The route table. Fixed segments stand before parameters, because the first line that fits is taken.</summary>
/// <remarks>A route whose role is not declared needs the full secret.</remarks>
internal static class Routes
{
    public static Route[] All(RouteServices services)
    {
        var (store, farm) = (services.Store, services.Farm);
        Route[] routes = [.. Working(services), .. Watching(store, farm), .. WebPage()];
        // The requests of these two are counted like those of all others.
        var metrics = new MetricsApi(store, farm, () => routes);
        routes =
        [
            .. routes,
            new("GET", "/stats", new StatsApi(store, farm).GetAsync) { Role = Role.Read },
            new("GET", "/metrics", metrics.GetAsync) { AllowsAnonymous = services.OpensMetrics, Role = Role.Read },
        ];
        return routes;
    }

    private static Route[] Working(RouteServices services)
    {
        var (store, log) = (services.Store, services.Log);
        var health = new HealthApi(store);
        var status = new StatusApi(store);
        var pickup = new PickupApi(store, services.Farm, log, services.PickupWait);
        var submissions = new SubmissionsApi(store, services.Clock);
        var jobs = new JobsApi(store, services.Refusals, submissions);
        var bulk = new BulkApi(store);
        var batches = new BatchesApi(store);
        var actions = new ActionsApi(store);
        return
        [
            new("GET", "/openapi.json", new DescriptionApi().GetAsync) { AllowsAnonymous = true },
            new("GET", "/health", health.LiveAsync) { AllowsAnonymous = true },
            new("GET", "/health/ready", health.ReadyAsync) { AllowsAnonymous = true },
            new("GET", "/jobs", jobs.ListAsync) { Role = Role.Read },
            new("GET", "/export", jobs.ExportAsync) { Role = Role.Read },
            new("POST", "/jobs", jobs.CreateAsync) { Role = Role.Submit },
            new("DELETE", "/jobs", bulk.RemoveAsync) { AllowsBody = true },
            new("GET", "/jobs/status", status.ListAsync) { Role = Role.Read },
            new("GET", "/jobs/pickup", pickup.AnyAsync) { AllowsHead = false, LongestWait = PickupApi.LongestWait },
            new("GET", "/jobs/pickup/:tags", pickup.TaggedAsync) { AllowsHead = false, LongestWait = PickupApi.LongestWait },
            new("PATCH", "/jobs/cancel", bulk.CancelAsync),
            new("PATCH", "/jobs/retry", bulk.RetryAsync),
            new("PATCH", "/jobs/pause", bulk.PauseAsync),
            new("PATCH", "/jobs/resume", bulk.ResumeAsync),
            new("GET", "/jobs/:uid", jobs.GetAsync) { Role = Role.Read },
            new("PUT", "/jobs/:uid", jobs.UpdateAsync),
            new("DELETE", "/jobs/:uid", jobs.RemoveAsync),
            new("GET", "/jobs/:uid/status", status.GetAsync) { Role = Role.Read },
            new("PATCH", "/jobs/:uid/cancel", actions.CancelAsync),
            new("PATCH", "/jobs/:uid/retry", actions.RetryAsync),
            new("PATCH", "/jobs/:uid/pause", actions.PauseAsync),
            new("PATCH", "/jobs/:uid/resume", actions.ResumeAsync),
            new("GET", "/batches", batches.ListAsync) { Role = Role.Read },
            new("POST", "/batches", submissions.CreateBatchAsync) { Role = Role.Submit },
            new("GET", "/batches/:id", batches.GetAsync) { Role = Role.Read },
            new("DELETE", "/batches/:id", batches.RemoveAsync),
            new("PATCH", "/batches/:id/cancel", batches.CancelAsync),
            new("PATCH", "/batches/:id/retry", batches.RetryAsync),
        ];
    }

    private static Route[] WebPage()
    {
        var page = new PageApi();
        return
        [
            new("GET", "/", page.IndexAsync) { Root = "", AllowsAnonymous = true },
            new("GET", "/page/:file", page.FileAsync) { Root = "", AllowsAnonymous = true },
            new("GET", "/page/:folder/:file", page.NestedFileAsync) { Root = "", AllowsAnonymous = true },
        ];
    }

    private static Route[] Watching(JobStore store, FarmServices farm)
    {
        var workers = new WorkersApi(farm.Monitor, farm.Pauses, store.Pickups);
        var queue = new QueueApi(store, farm);
        var events = new EventsApi(farm.Events);
        var waits = new WaitsApi(store, farm.Waits);
        return
        [
            new("GET", "/jobs/:uid/wait", waits.ForJobAsync) { Role = Role.Read, LongestWait = WaitsApi.LongestWait },
            new("GET", "/batches/:id/wait", waits.ForBatchAsync) { Role = Role.Read, LongestWait = WaitsApi.LongestWait },
            new("GET", "/events", events.StreamAsync) { Role = Role.Read },
            new("GET", "/workers", workers.ListAsync) { Role = Role.Read },
            new("POST", "/workers/heartbeat", workers.HeartbeatAsync),
            new("GET", "/workers/:name", workers.GetAsync) { Role = Role.Read },
            new("DELETE", "/workers/:name", workers.RemoveAsync),
            new("PATCH", "/workers/:name/pause", workers.PauseAsync),
            new("PATCH", "/workers/:name/resume", workers.ResumeAsync),
            new("GET", "/queue", queue.GetAsync) { Role = Role.Read },
            new("PATCH", "/queue/pause", queue.PauseAsync),
            new("PATCH", "/queue/resume", queue.ResumeAsync),
        ];
    }
}
