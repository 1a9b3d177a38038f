using System.Globalization;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>
/// The members of a job that say when, how often and by whom it may be rendered, parsed. Most jobs have none of them, and no schedule.
/// This is the only place that reads <c>notBefore</c>, <c>lease</c> and <c>maxAttempts</c>.
/// </summary>
internal sealed class JobSchedule
{
    /// <summary>How long a failed job is withheld from the worker that failed it, if there are others.</summary>
    public static readonly TimeSpan ExclusionPeriod = TimeSpan.FromMinutes(5);

    /// <summary>The longest lease that a job may ask for, in seconds: a year.</summary>
    public const double LongestLease = 365 * 24 * 3600;

    private static readonly DateTimeOffset LatestStart = DateTimeOffset.MaxValue - ExclusionPeriod;

    /// <summary>The job is not handed out before this time; <c>default</c> if it says nothing.</summary>
    public DateTimeOffset NotBefore { get; private init; }

    /// <summary>The job's own lease; zero for none, <c>null</c> if the server's counts.</summary>
    public TimeSpan? Lease { get; private init; }

    /// <summary>The worker that failed the job last; <c>null</c> if none did.</summary>
    public string? FailedBy { get; private init; }

    /// <summary>The time until which the job is withheld from <see cref="FailedBy"/>.</summary>
    public DateTimeOffset ExcludedUntil { get; private init; }

    /// <summary>Parses the schedule of a job; <c>null</c> if it has none.</summary>
    public static JobSchedule? Read(JsonObject job, string state)
    {
        var notBefore = ReadNotBefore(job);
        var lease = ReadLease(job);
        var failed = state == JobState.Queued ? ReadFailure(job) : default;
        if (notBefore is null && lease is null && failed.By is null) return null;
        var since = failed.At > notBefore ? failed.At : notBefore ?? failed.At;
        if (since > LatestStart) since = LatestStart;
        return new JobSchedule
        {
            NotBefore = notBefore ?? default,
            Lease = lease,
            FailedBy = failed.By,
            ExcludedUntil = failed.By is null ? default : since + ExclusionPeriod,
        };
    }

    public static DateTimeOffset? ReadNotBefore(JsonObject job) => Timestamp.Parse(job[Fields.NotBefore]);

    /// <summary>Returns true if <c>notBefore</c> is something else than a time, kept for its owner.</summary>
    public static bool HasOwnNotBefore(JsonObject job) =>
        job.Has(Fields.NotBefore) && !JsonText.IsString(job[Fields.NotBefore]) && !job[Fields.NotBefore].SequenceEqual("null"u8);

    public static TimeSpan? ReadLease(JsonObject job) =>
        ReadNumber(job[Fields.Lease]) is >= 0 and <= LongestLease and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    public static int? ReadMaxAttempts(JsonObject job) =>
        ReadNumber(job[Fields.MaxAttempts]) is >= 1 and <= int.MaxValue and var most ? (int)most : null;

    /// <summary>
    /// Returns the number in a member; a string of digits is one, as in JavaScript, and every other value is somebody's own.
    /// </summary>
    public static double? ReadNumber(ReadOnlySpan<byte> value)
    {
        if (JsonText.IsNumber(value)) return JsonText.Number(value);
        const NumberStyles style = NumberStyles.Float & ~NumberStyles.AllowHexSpecifier;
        return JsonText.IsString(value)
            && double.TryParse(JsonText.GetString(value), style, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static (string? By, DateTimeOffset At) ReadFailure(JsonObject job)
    {
        if (Attempts.Last(job) is not { } last || JsonText.GetString(last[Fields.State]) != JobState.Error) return default;
        // The end is by the worker's clock, which may be fast; the server knows of it since the last change at the latest.
        var (endedAt, changedAt) = (Timestamp.Parse(last[Attempts.EndedAt]) ?? default, Timestamp.Parse(job[Fields.UpdatedAt]));
        return (JsonText.GetString(last[Fields.Executor]), endedAt > changedAt ? changedAt.Value : endedAt);
    }
}
