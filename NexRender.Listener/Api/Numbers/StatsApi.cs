using NexRender.Listener.Api.Access;
using NexRender.Listener.Farm;
using NexRender.Listener.Farm.Numbers;
using NexRender.Listener.Farm.Workers;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Retention;
using NexRender.Listener.Json;

namespace NexRender.Listener.Api.Numbers;

/// <summary>The route of the numbers of the farm as JSON.</summary>
internal sealed class StatsApi(JobStore store, FarmServices farm)
{
    private const int HoursPerDay = 24;

    public async ValueTask<ApiResponse> GetAsync(ApiRequest request)
    {
        var delayed = store.CountDelayed();
        var json = new JsonComposer()
            .Text("version"u8, farm.Numbers.Version)
            .Text("startedAt"u8, Timestamp.ToText(farm.Numbers.StartedAt))
            .Number("uptimeSeconds"u8, farm.Numbers.Uptime.TotalSeconds);
        await farm.Monitor.ReadAsync(view => WriteFarm(json, view, delayed)).ConfigureAwait(false);
        WriteStorage(json);
        WriteHooks(json);
        WriteRetention(json, farm.Numbers.Retention);
        return ApiResponse.Json(json
            .Number("watchers"u8, (long)farm.Events.Watchers)
            .Number("heldPickups"u8, (long)store.Pickups.HeldPickups)
            .Text("role"u8, request.Role?.ToName())
            .ToBytes());
    }

    private static void WriteJobs(JsonComposer json, StateCounts states)
    {
        json.BeginObject("jobs"u8).Number("total"u8, (long)states.Total).BeginObject("byState"u8);
        foreach (var (state, count) in states.ByState) json.Number(state, (long)count);
        json.EndObject()
            .Number("rendering"u8, (long)states.Rendering)
            .Number("cancelled"u8, (long)states.Cancelled)
            .EndObject();
    }

    private static void WriteWorkers(JsonComposer json, WorkerRegistry workers) => json
        .BeginObject("workers"u8)
        .Number("total"u8, (long)workers.Count)
        .Number("idle"u8, (long)workers.CountOf(WorkerState.Idle))
        .Number("busy"u8, (long)workers.CountOf(WorkerState.Busy))
        .Number("silent"u8, (long)workers.CountOf(WorkerState.Silent))
        .Number("paused"u8, (long)workers.CountOf(WorkerState.Paused))
        .EndObject();

    private static void WriteActivity(JsonComposer json, Activity activity)
    {
        var lastHour = activity.LastHour();
        json.BeginObject("lastHour"u8)
            .Number("created"u8, (long)lastHour.Created)
            .Number("finished"u8, (long)lastHour.Finished)
            .Number("failed"u8, (long)lastHour.Failed)
            .Number("requeued"u8, (long)lastHour.Requeued)
            .Number("expired"u8, (long)lastHour.Expired);
        WriteTimes(json, "waitSeconds"u8, lastHour.Waits);
        WriteTimes(json, "renderSeconds"u8, lastHour.Renders);
        json.EndObject();
        ActivityPeriod[] hours = [.. activity.LastHours()];
        WriteToday(json, hours);
        WriteHours(json, hours);
    }

    private static void WriteTimes(JsonComposer json, ReadOnlySpan<byte> name, Histogram times) =>
        json.BeginObject(name).Number("mean"u8, times.Mean).Number("p95"u8, times.Quantile(0.95)).EndObject();

    // The day begins at midnight UTC, so it has at most the 24 hours that are kept.
    private static void WriteToday(JsonComposer json, ActivityPeriod[] hours)
    {
        var (finished, failed) = (0L, 0L);
        foreach (var hour in hours)
        {
            if (hour.Number / HoursPerDay != hours[^1].Number / HoursPerDay) continue;
            finished += hour.Finished;
            failed += hour.Failed;
        }
        json.BeginObject("today"u8).Number("finished"u8, finished).Number("failed"u8, failed).EndObject();
    }

    private static void WriteHours(JsonComposer json, ActivityPeriod[] hours)
    {
        json.BeginArray("hours"u8);
        foreach (var hour in hours)
        {
            json.BeginObject(default)
                .Text("hour"u8, Timestamp.ToText(new DateTimeOffset(hour.Number * TimeSpan.TicksPerHour, TimeSpan.Zero)))
                .Number("finished"u8, (long)hour.Finished)
                .Number("failed"u8, (long)hour.Failed)
                .Number("created"u8, (long)hour.Created)
                .EndObject();
        }
        json.EndArray();
    }

    private static void WriteRetention(JsonComposer json, RetentionCounts counts) => json
        .BeginObject("retention"u8)
        .Number("finished"u8, counts.Finished)
        .Number("errors"u8, counts.Errors)
        .Number("surplus"u8, counts.Surplus)
        .EndObject();

    private bool WriteFarm(JsonComposer json, FarmView view, int delayed)
    {
        WriteJobs(json, view.States);
        json.BeginObject("queue"u8);
        QueueJson.Write(json, farm.Pauses.IsQueuePaused, delayed, view).EndObject();
        WriteWorkers(json, view.Workers);
        WriteActivity(json, view.Activity);
        return true;
    }

    private void WriteHooks(JsonComposer json) => json
        .BeginObject("hooks"u8)
        .Number("pending"u8, (long)(farm.Hooks?.Pending ?? 0))
        .Number("delivered"u8, farm.Hooks?.Counts.Delivered ?? 0L)
        .Number("failed"u8, farm.Hooks?.Counts.Failed ?? 0L)
        .Number("dropped"u8, farm.Hooks?.Counts.Dropped ?? 0L)
        .EndObject();

    private void WriteStorage(JsonComposer json)
    {
        var problem = store.HealthProblem;
        json.BeginObject("storage"u8)
            .Text("location"u8, store.Location)
            .Boolean("healthy"u8, problem is null)
            .Text("problem"u8, problem)
            .Number("journalBytes"u8, farm.Numbers.JournalBytes())
            .Text("survives"u8, farm.Numbers.Survives())
            .EndObject();
    }
}
