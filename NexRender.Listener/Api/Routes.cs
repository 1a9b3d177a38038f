using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>Every route there is. Fixed segments stand before parameters, because the first line that fits is taken.</summary>
internal static class Routes
{
    public static Route[] All(JobStore store, JobLifecycle life, Log log, TimeProvider clock)
    {
        var health = new HealthApi(store);
        var status = new StatusApi(store);
        var pickup = new PickupApi(store, log);
        var jobs = new JobsApi(store, life, log, clock);
        var actions = new ActionsApi(store, life, log);
        return
        [
            new("GET", "/health", health.Live) { IsOpen = true },
            new("GET", "/health/ready", health.Ready) { IsOpen = true },
            new("GET", "/jobs", jobs.List),
            new("POST", "/jobs", jobs.Create),
            new("GET", "/jobs/status", status.List),
            new("GET", "/jobs/pickup", pickup.Any) { AllowsHead = false },
            new("GET", "/jobs/pickup/:tags", pickup.Tagged) { AllowsHead = false },
            new("GET", "/jobs/:uid", jobs.Fetch),
            new("PUT", "/jobs/:uid", jobs.Update),
            new("DELETE", "/jobs/:uid", jobs.Remove),
            new("GET", "/jobs/:uid/status", status.Fetch),
            new("PATCH", "/jobs/:uid/cancel", actions.Cancel),
            new("PATCH", "/jobs/:uid/retry", actions.Retry),
            new("PATCH", "/jobs/:uid/pause", actions.Pause),
            new("PATCH", "/jobs/:uid/resume", actions.Resume),
        ];
    }
}
