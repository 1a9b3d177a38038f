using NexRender.Listener.Jobs;
using NexRender.Listener.Logging;

namespace NexRender.Listener.Api;

/// <summary>The route table. Fixed segments stand before parameters, because the first line that fits is taken.</summary>
internal static class Routes
{
    public static Route[] All(JobStore store, Log log, RefusalLog refusals)
    {
        var health = new HealthApi(store);
        var status = new StatusApi(store);
        var pickup = new PickupApi(store, log);
        var jobs = new JobsApi(store, refusals);
        var actions = new ActionsApi(store);
        return
        [
            new("GET", "/health", health.LiveAsync) { AllowsAnonymous = true },
            new("GET", "/health/ready", health.ReadyAsync) { AllowsAnonymous = true },
            new("GET", "/jobs", jobs.ListAsync),
            new("POST", "/jobs", jobs.CreateAsync),
            new("GET", "/jobs/status", status.ListAsync),
            new("GET", "/jobs/pickup", pickup.AnyAsync) { AllowsHead = false },
            new("GET", "/jobs/pickup/:tags", pickup.TaggedAsync) { AllowsHead = false },
            new("GET", "/jobs/:uid", jobs.GetAsync),
            new("PUT", "/jobs/:uid", jobs.UpdateAsync),
            new("DELETE", "/jobs/:uid", jobs.RemoveAsync),
            new("GET", "/jobs/:uid/status", status.GetAsync),
            new("PATCH", "/jobs/:uid/cancel", actions.CancelAsync),
            new("PATCH", "/jobs/:uid/retry", actions.RetryAsync),
            new("PATCH", "/jobs/:uid/pause", actions.PauseAsync),
            new("PATCH", "/jobs/:uid/resume", actions.ResumeAsync),
        ];
    }
}
