using NexRender.Listener.Api.Many;
using NexRender.Listener.Api.Page;
using NexRender.Listener.Api.Watch;
using NexRender.Listener.Farm;
using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The route table. Fixed segments stand before parameters, because the first line that fits is taken.</summary>
internal static class Routes
{
    public static Route[] All(JobStore store, FarmServices farm, Log log, RefusalLog refusals, TimeProvider clock)
    {
        var health = new HealthApi(store);
        var status = new StatusApi(store);
        var pickup = new PickupApi(store, farm.Monitor, farm.Pauses, log);
        var submissions = new SubmissionsApi(store, clock);
        var jobs = new JobsApi(store, refusals, submissions);
        var bulk = new BulkApi(store);
        var batches = new BatchesApi(store);
        var actions = new ActionsApi(store);
        return
        [
            new("GET", "/health", health.LiveAsync) { AllowsAnonymous = true },
            new("GET", "/health/ready", health.ReadyAsync) { AllowsAnonymous = true },
            new("GET", "/jobs", jobs.ListAsync),
            new("POST", "/jobs", jobs.CreateAsync),
            new("DELETE", "/jobs", bulk.RemoveAsync) { AllowsBody = true },
            new("GET", "/jobs/status", status.ListAsync),
            new("GET", "/jobs/pickup", pickup.AnyAsync) { AllowsHead = false },
            new("GET", "/jobs/pickup/:tags", pickup.TaggedAsync) { AllowsHead = false },
            new("PATCH", "/jobs/cancel", bulk.CancelAsync),
            new("PATCH", "/jobs/retry", bulk.RetryAsync),
            new("PATCH", "/jobs/pause", bulk.PauseAsync),
            new("PATCH", "/jobs/resume", bulk.ResumeAsync),
            new("GET", "/jobs/:uid", jobs.GetAsync),
            new("PUT", "/jobs/:uid", jobs.UpdateAsync),
            new("DELETE", "/jobs/:uid", jobs.RemoveAsync),
            new("GET", "/jobs/:uid/status", status.GetAsync),
            new("PATCH", "/jobs/:uid/cancel", actions.CancelAsync),
            new("PATCH", "/jobs/:uid/retry", actions.RetryAsync),
            new("PATCH", "/jobs/:uid/pause", actions.PauseAsync),
            new("PATCH", "/jobs/:uid/resume", actions.ResumeAsync),
            new("GET", "/batches", batches.ListAsync),
            new("POST", "/batches", submissions.CreateBatchAsync),
            new("GET", "/batches/:id", batches.GetAsync),
            new("DELETE", "/batches/:id", batches.RemoveAsync),
            new("PATCH", "/batches/:id/cancel", batches.CancelAsync),
            new("PATCH", "/batches/:id/retry", batches.RetryAsync),
            .. Watching(store, farm),
            .. WebPage(),
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
        var workers = new WorkersApi(farm.Monitor, farm.Pauses);
        var queue = new QueueApi(store, farm);
        var events = new EventsApi(farm.Events);
        var waits = new WaitsApi(store, farm.Waits);
        return
        [
            new("GET", "/jobs/:uid/wait", waits.ForJobAsync),
            new("GET", "/batches/:id/wait", waits.ForBatchAsync),
            new("GET", "/events", events.StreamAsync),
            new("GET", "/workers", workers.ListAsync),
            new("POST", "/workers/heartbeat", workers.HeartbeatAsync),
            new("GET", "/workers/:name", workers.GetAsync),
            new("DELETE", "/workers/:name", workers.RemoveAsync),
            new("PATCH", "/workers/:name/pause", workers.PauseAsync),
            new("PATCH", "/workers/:name/resume", workers.ResumeAsync),
            new("GET", "/queue", queue.GetAsync),
            new("PATCH", "/queue/pause", queue.PauseAsync),
            new("PATCH", "/queue/resume", queue.ResumeAsync),
        ];
    }
}
