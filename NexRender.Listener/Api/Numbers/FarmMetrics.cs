using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Farm.Workers;

namespace NexRender.Listener.Api.Numbers;

/// <summary>Writes jobs, workers and the queue as metrics.</summary>
internal static class FarmMetrics
{
    private static readonly WorkerState[] WorkerStates = [WorkerState.Idle, WorkerState.Busy, WorkerState.Silent, WorkerState.Paused];

    /// <summary>Writes what has no label that clients choose.</summary>
    public static void Write(MetricsText text, FarmView view)
    {
        text.Gauge("workers", "Workers by state.");
        foreach (var state in WorkerStates) text.Value(view.Workers.CountOf(state), ("state", WorkerJson.StateName(state)));
        text.Gauge("jobs_rendering", "Jobs that workers render.").Value(view.States.Rendering);
        text.Gauge("jobs_cancelled", "Jobs that people ended.").Value(view.States.Cancelled);
        var total = view.Activity.Total;
        text.Counter("jobs_created_total", "Jobs that were created since the start.").Value(total.Created);
        text.Counter("jobs_finished_total", "Renders that finished since the start.").Value(total.Finished);
        text.Counter("jobs_failed_total", "Attempts that ended in an error since the start.").Value(total.Failed);
        text.Counter("jobs_requeued_total", "Jobs that people or workers put back into the queue since the start.").Value(total.Requeued);
        text.Counter("jobs_expired_total", "Attempts whose worker did not report in time since the start.").Value(total.Expired);
        text.Histogram("job_wait_seconds", "Time from the queue to the pickup.").Values(total.Waits.Read());
        text.Histogram("job_render_seconds", "Time of finished renders, by the clock of the worker.").Values(total.Renders.Read());
    }

    public static void WriteStates(MetricsText text, KeyValuePair<string, int>[] states)
    {
        text.Gauge("jobs", "Jobs by state; at most 100 states, the others are added up as (other).");
        foreach (var (state, count, _) in LabelledCount.Bound(states.Select(state => new LabelledCount(state.Key, state.Value))))
            text.Value(count, ("state", state));
    }

    public static void WriteQueue(MetricsText text, TagWait[] tags, int delayed, bool isPaused)
    {
        text.Gauge("queue_paused", "1 if pickups get nothing because the queue is paused, otherwise 0.").Value(isPaused ? 1 : 0);
        text.Gauge("queue_delayed", "Queued jobs that may not be handed out yet.").Value(delayed);
        text.Gauge("queue_tags", "Tags of queued jobs.").Value(tags.Length);
        var bounded = LabelledCount.Bound(tags.Select(tag => new LabelledCount(tag.Tag, tag.Count, tag.OldestWait?.TotalSeconds ?? 0)));
        text.Gauge("queue_depth", "Queued jobs by tag; at most 100 tags, the others are added up as (other).");
        foreach (var tag in bounded) text.Value(tag.Count, ("tag", tag.Name));
        text.Gauge("queue_oldest_wait_seconds", "Wait of the oldest queued job by tag; 0 if all of them are delayed.");
        foreach (var tag in bounded) text.Value(tag.WaitSeconds, ("tag", tag.Name));
    }
}
