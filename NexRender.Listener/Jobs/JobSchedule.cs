using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>What a job says about when, and by whom, it may be rendered. Most jobs say nothing, and have none of this.</summary>
internal sealed class JobSchedule
{
    /// <summary>How long a worker that failed a job leaves it to the others.</summary>
    public static readonly TimeSpan LeftToOthers = TimeSpan.FromMinutes(5);

    private static readonly DateTimeOffset LatestStart = DateTimeOffset.MaxValue - LeftToOthers;

    /// <summary>Before this time the job is not handed out.</summary>
    public DateTimeOffset NotBefore { get; private init; }

    /// <summary>How long the job's worker may be silent, where the job says so itself; zero for any time.</summary>
    public TimeSpan? Lease { get; private init; }

    /// <summary>The worker that failed the job last; <c>null</c> when none did.</summary>
    public string? FailedBy { get; private init; }

    /// <summary>Until then that worker leaves it to the others.</summary>
    public DateTimeOffset LeftUntil { get; private init; }

    /// <summary>When the waiting job moves on, for the queue to keep; of no meaning elsewhere.</summary>
    public DateTimeOffset WakesAt { get; set; }

    /// <summary>Reads the members; <c>null</c> where none says anything.</summary>
    public static JobSchedule? Read(JsonObject job, string state)
    {
        var notBefore = Timestamp.Parse(job["notBefore"u8]);
        var lease = ReadLease(job["lease"u8]);
        var failed = state == JobState.Queued ? ReadFailure(job) : default;
        if (notBefore is null && lease is null && failed.By is null) return null;
        var since = failed.At > notBefore ? failed.At : notBefore ?? failed.At;
        if (since > LatestStart) since = LatestStart;
        return new JobSchedule
        {
            NotBefore = notBefore ?? default,
            Lease = lease,
            FailedBy = failed.By,
            LeftUntil = failed.By is null ? default : since + LeftToOthers,
        };
    }

    private static TimeSpan? ReadLease(ReadOnlySpan<byte> value) =>
        JsonText.IsNumber(value) && JsonText.Number(value) is >= 0 and <= JobValidator.LongestLease and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static (string? By, DateTimeOffset At) ReadFailure(JsonObject job)
    {
        if (Attempts.Last(job) is not { } last || JsonText.Text(last["state"u8]) != JobState.Error) return default;
        // The worker says when its attempt ended, by its own clock, which may be fast; the server has known of it since the last change at least.
        var (endedAt, changedAt) = (Timestamp.Parse(last["endedAt"u8]) ?? default, Timestamp.Parse(job["updatedAt"u8]));
        return (JsonText.Text(last["executor"u8]), endedAt > changedAt ? changedAt.Value : endedAt);
    }
}
