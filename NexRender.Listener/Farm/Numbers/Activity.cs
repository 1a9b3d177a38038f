using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Feed;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;

namespace NexRender.Listener.Farm.Numbers;

/// <summary>Counts what happened to jobs: in the last 60 minutes, in the last 24 hours, and since the start. Not thread-safe.</summary>
internal sealed class Activity(TimeProvider clock)
{
    private const int Hours = 24;
    private const int Minutes = 60;

    private readonly ActivityPeriod?[] _hours = new ActivityPeriod?[Hours];
    private readonly ActivityPeriod?[] _minutes = new ActivityPeriod?[Minutes];

    /// <summary>The counts since the start.</summary>
    public ActivityPeriod Total { get; } = new();

    /// <summary>Follows a change of a job.</summary>
    /// <param name="change">The change.</param>
    /// <param name="wait">The time that a picked job has waited; <c>null</c> if not known, or if it was not picked.</param>
    public void Apply(JobChange change, TimeSpan? wait)
    {
        if (change.Kind is ChangeKind.Progressed or ChangeKind.Edited) return;
        var render = change.Kind == ChangeKind.Finished ? RenderTime.Of(change.After!) : null;
        var hour = At(_hours, change.Time, TimeSpan.TicksPerHour);
        var minute = At(_minutes, change.Time, TimeSpan.TicksPerMinute);
        ReadOnlySpan<ActivityPeriod?> periods = [Total, hour, minute];
        foreach (var period in periods)
        {
            if (period is null) continue;
            Count(period, change.Kind);
            if (change.Kind == ChangeKind.Picked && wait is { } waited) period.Waits.Add(Math.Max(0, waited.TotalSeconds));
            if (render is { } rendered && rendered >= TimeSpan.Zero) period.Renders.Add(rendered.TotalSeconds);
        }
    }

    /// <summary>Counts what a job of the start tells about the last hours.</summary>
    public void Load(Job job, JsonObject members)
    {
        Load(Timestamp.Parse(members[Fields.CreatedAt]), period => period.Created++);
        if (job.State == JobState.Finished) LoadEnd(members, Fields.FinishedAt, JobState.Finished);
        if (job.State == JobState.Error && !job.IsCancelled) LoadEnd(members, Fields.ErrorAt, JobState.Error);
        foreach (var attempt in Attempts.All(members))
            LoadEnd(attempt, Attempts.EndedAt, JsonText.GetString(attempt[Fields.State]));
    }

    /// <summary>Returns the sums of the last 60 minutes.</summary>
    public ActivityPeriod LastHour()
    {
        var sum = new ActivityPeriod();
        var now = clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
        foreach (var minute in _minutes)
        {
            if (minute is not null && minute.Number > now - Minutes && minute.Number <= now) sum.Add(minute);
        }
        return sum;
    }

    /// <summary>Returns the last 24 hours, the present one last.</summary>
    public IEnumerable<ActivityPeriod> LastHours()
    {
        var now = clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerHour;
        for (var number = now - Hours + 1; number <= now; number++)
        {
            yield return _hours[number % Hours] is { } hour && hour.Number == number ? hour : new ActivityPeriod { Number = number };
        }
    }

    private static void Count(ActivityPeriod period, ChangeKind kind)
    {
        switch (kind)
        {
            case ChangeKind.Created:
                period.Created++;
                break;
            case ChangeKind.Finished:
                period.Finished++;
                break;
            case ChangeKind.Failed or ChangeKind.RetryScheduled:
                period.Failed++;
                break;
            case ChangeKind.Requeued or ChangeKind.Retried:
                period.Requeued++;
                break;
            case ChangeKind.Expired or ChangeKind.ExpiredForGood:
                period.Expired++;
                break;
        }
    }

    private void LoadEnd(JsonObject members, byte[] end, string? outcome)
    {
        var render = RenderTime.Of(members, end);
        Load(Timestamp.Parse(members[end]), period =>
        {
            if (outcome == JobState.Error) period.Failed++;
            // An attempt that neither its worker nor a person ended.
            else if (outcome is not (JobState.Finished or Attempts.Cancelled or Attempts.Interrupted)) period.Expired++;
            if (outcome != JobState.Finished) return;
            period.Finished++;
            if (render is { } time && time >= TimeSpan.Zero) period.Renders.Add(time.TotalSeconds);
        });
    }

    private void Load(DateTimeOffset? time, Action<ActivityPeriod> count)
    {
        var now = clock.GetUtcNow();
        if (time is not { } at || at > now || at <= now.AddHours(-Hours)) return;
        if (At(_hours, at, TimeSpan.TicksPerHour) is { } hour) count(hour);
        if (at > now.AddMinutes(-Minutes) && At(_minutes, at, TimeSpan.TicksPerMinute) is { } minute) count(minute);
    }

    // A time before the period that has taken the place of its own is too long ago to count.
    private static ActivityPeriod? At(ActivityPeriod?[] periods, DateTimeOffset time, long ticks)
    {
        var number = time.UtcTicks / ticks;
        ref var period = ref periods[number % periods.Length];
        if (period is null || period.Number < number) period = new ActivityPeriod { Number = number };
        return period.Number == number ? period : null;
    }
}
