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
    /// <summary>The time for which a failed job is withheld from the worker that failed it, if there are others.</summary>
    public static readonly TimeSpan ExclusionPeriod = TimeSpan.FromMinutes(5);

    /// <summary>The longest lease that a job may ask for, in seconds: a year.</summary>
    public const double LongestLease = 365 * 24 * 3600;

    /// <summary>The job is not handed out before this time, which a person has set; <c>default</c> if nobody has.</summary>
    public DateTimeOffset NotBefore { get; private init; }

    /// <summary>The time at which the server itself tries the job again; <c>null</c> if it has not failed.</summary>
    public DateTimeOffset? RetryAt { get; private init; }

    /// <summary>The later one of both; <c>default</c> if there is none.</summary>
    public DateTimeOffset ReadyAt => RetryAt > NotBefore ? RetryAt.Value : NotBefore;

    /// <summary>The job's own lease; zero for none, <c>null</c> if the server's counts.</summary>
    public TimeSpan? Lease { get; private init; }

    /// <summary>The worker that failed the queued job last; <c>null</c> if none did.</summary>
    public string? FailedBy { get; private init; }

    /// <summary>The time of the last change, by the server's clock; set only if <see cref="FailedBy"/> is.</summary>
    public DateTimeOffset ChangedAt { get; private init; }

    /// <summary>Parses the schedule of a job; <c>null</c> if it has none.</summary>
    public static JobSchedule? Read(JsonObject job, string state)
    {
        var notBefore = ReadNotBefore(job);
        var lease = ReadLease(job);
        var last = state == JobState.Queued ? Attempts.Last(job) : null;
        var failedBy = last is null ? null : Attempts.FailedBy(last);
        var retryAt = last is null ? null : Attempts.RetryAt(last);
        if (notBefore is null && lease is null && failedBy is null && retryAt is null) return null;
        return new JobSchedule
        {
            NotBefore = notBefore == retryAt ? default : notBefore ?? default,
            RetryAt = retryAt,
            Lease = lease,
            FailedBy = failedBy,
            ChangedAt = failedBy is null ? default : Timestamp.Parse(job[Fields.UpdatedAt]) ?? default,
        };
    }

    /// <summary>Returns true if the job's <c>notBefore</c> is the delay of a retry, not a person's word.</summary>
    public static bool IsRetryDelay(JsonObject job) =>
        ReadNotBefore(job) is { } notBefore && Attempts.Last(job) is { } last && Attempts.RetryAt(last) == notBefore;

    public static DateTimeOffset? ReadNotBefore(JsonObject job) => Timestamp.Parse(job[Fields.NotBefore]);

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
}
