using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The member <c>attempts</c>: a record of each attempt that is over, the last ten of them.</summary>
internal static class Attempts
{
    /// <summary>The outcome of an attempt that a person ended.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The outcome of an attempt whose worker was stopped and gave the job back; it is not counted.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The member of an attempt with the time of its end.</summary>
    public static readonly byte[] EndedAt = "endedAt"u8.ToArray();

    private const int Kept = 10;

    private static readonly byte[] Number = "n"u8.ToArray();
    private static readonly byte[] Errors = "errors"u8.ToArray();

    // Only in the record of an attempt after which the server itself tries again.
    private static readonly byte[] RetriesAt = "retryAt"u8.ToArray();

    // How many attempts there were since a person granted the full number; only if that is not the number of the attempt.
    private static readonly byte[] Try = "try"u8.ToArray();

    /// <summary>Returns the number of the attempt that the job is in, or comes to next; 1 for the first.</summary>
    /// <remarks>
    /// If the job has a member of that name for another purpose, attempts cannot be counted, and each counts as the last one.
    /// </remarks>
    public static int Present(JsonObject job)
    {
        if (!CanBeRecorded(job)) return int.MaxValue;
        if (Last(job) is not { } last) return 1;
        return ReadNumber(last, Number) + (IsInterrupted(last) ? 0 : 1);
    }

    /// <summary>Returns the same number, counted from the last time that the full number of attempts was granted.</summary>
    public static int PresentTry(JsonObject job)
    {
        if (!CanBeRecorded(job)) return int.MaxValue;
        if (Last(job) is not { } last || IsFinal(last)) return 1;
        return ReadNumber(last, last.Has(Try) ? Try : Number) + (IsInterrupted(last) ? 0 : 1);
    }

    /// <summary>Returns the number of attempts that have ended.</summary>
    public static int Ended(JsonObject job) => Last(job) is { } last ? ReadNumber(last, Number) : 0;

    /// <summary>Returns true if the member is a record of attempts.</summary>
    public static bool AreRecorded(JsonObject job) => job.Has(Fields.Attempts) && CanBeRecorded(job);

    /// <summary>Returns the last attempt that is over; <c>null</c> if there is none.</summary>
    public static JsonObject? Last(JsonObject job) => Read(job) is { Count: > 0 } attempts ? JsonObject.ParseOrEmpty(attempts[^1]) : null;

    /// <summary>Returns the remembered attempts, the oldest first.</summary>
    public static IEnumerable<JsonObject> All(JsonObject job) => Read(job).Select(JsonObject.ParseOrEmpty);

    /// <summary>Returns a remembered attempt whose end as finished was not reported yet; <c>null</c> if there is none.</summary>
    /// <param name="job">The job.</param>
    /// <param name="token">The <c>startedAt</c> of the attempt.</param>
    public static JsonObject? FindUnfinished(JsonObject job, string token) =>
        Read(job).Select(JsonObject.ParseOrEmpty).LastOrDefault(attempt => JsonText.GetString(attempt[Fields.StartedAt]) == token
            && JsonText.GetString(attempt[Fields.State]) != JobState.Finished);

    /// <summary>Returns the worker of an attempt that ended in an error; <c>null</c> for any other attempt.</summary>
    public static string? FailedBy(JsonObject attempt) =>
        JsonText.GetString(attempt[Fields.State]) == JobState.Error ? JsonText.GetString(attempt[Fields.Executor]) : null;

    /// <summary>Returns the time at which the server itself tries again after an attempt; <c>null</c> if it does not.</summary>
    public static DateTimeOffset? RetryAt(JsonObject attempt) => Timestamp.Parse(attempt[RetriesAt]);

    /// <summary>Returns the last error of an attempt; <c>null</c> if it had none.</summary>
    public static ReadOnlyMemory<byte> LastError(JsonObject attempt) =>
        ErrorMessages.Read(attempt.Value(Errors)) is { Count: > 0 } errors ? errors[^1] : default;

    /// <summary>Moves what the members of a job say about its attempt into <c>attempts</c>.</summary>
    /// <param name="job">The job, still as the attempt has left it.</param>
    /// <param name="outcome">The state that the attempt ended in.</param>
    /// <param name="endedAt">The time of the end, unless the job has one.</param>
    /// <param name="serverMessage">An error that no worker sent; <c>null</c> for none.</param>
    /// <param name="retryAt">The time at which the server itself tries again; <c>null</c> if it does not.</param>
    public static void Close(
        JsonObject job, string outcome, DateTimeOffset endedAt, string? serverMessage = null, DateTimeOffset? retryAt = null)
    {
        if (!CanBeRecorded(job)) return;
        var (number, @try) = (Present(job), PresentTry(job));
        var attempt = new JsonObject(8);
        attempt.Set(Number, JsonText.FromInteger(number));
        Copy(job, attempt, Fields.Executor);
        Copy(job, attempt, Fields.StartedAt);
        attempt.Set(EndedAt, EndOf(job) is { IsEmpty: false } reported ? reported : Timestamp.ToJson(endedAt));
        attempt.Set(Fields.State, JsonText.Quote(outcome));
        var errors = ErrorMessages.Read(job.Value(Fields.Error));
        if (serverMessage is not null) errors.Add(JsonText.Quote(serverMessage));
        attempt.Set(Errors, JsonArray.Write(errors));
        if (retryAt is { } time) attempt.Set(RetriesAt, Timestamp.ToJson(time));
        if (@try != number) attempt.Set(Try, JsonText.FromInteger(@try));

        var attempts = Read(job);
        attempts.Add(attempt.ToBytes());
        job.Set(Fields.Attempts, JsonArray.Write(attempts[Math.Max(0, attempts.Count - Kept)..]));
    }

    /// <summary>Ends the wait for the next attempt, because a person has said when the job may be rendered.</summary>
    public static void EndRetryDelay(JsonObject job, DateTimeOffset now)
    {
        if (Last(job) is not { } last || RetryAt(last) is null) return;
        last.Set(RetriesAt, Timestamp.ToJson(now));
        var attempts = Read(job);
        attempts[^1] = last.ToBytes();
        job.Set(Fields.Attempts, JsonArray.Write(attempts));
    }

    private static bool IsInterrupted(JsonObject attempt) => JsonText.GetString(attempt[Fields.State]) == Interrupted;

    // After these only a person puts the job back into the queue.
    private static bool IsFinal(JsonObject attempt) => JsonText.GetString(attempt[Fields.State]) switch
    {
        JobState.Finished or Cancelled => true,
        JobState.Error => !attempt.Has(RetriesAt),
        _ => false,
    };

    // People may use the name for something of their own, which is kept as it is.
    private static bool CanBeRecorded(JsonObject job)
    {
        var value = job.Value(Fields.Attempts);
        if (value.IsEmpty || value.Span[0] == 'n') return true;
        return value.Span[0] == '[' && JsonArray.Items(value).TrueForAll(IsAttempt);
    }

    private static bool IsAttempt(ReadOnlyMemory<byte> item)
    {
        var attempt = JsonObject.ParseOrEmpty(item);
        return JsonText.IsNumber(attempt[Number]) && JsonText.IsString(attempt[Fields.State]);
    }

    private static List<ReadOnlyMemory<byte>> Read(JsonObject job) =>
        job.Value(Fields.Attempts) is { IsEmpty: false } attempts && attempts.Span[0] == '[' && CanBeRecorded(job)
            ? JsonArray.Items(attempts) : [];

    private static int ReadNumber(JsonObject attempt, byte[] name) =>
        JsonText.IsNumber(attempt[name]) ? (int)Math.Clamp(JsonText.Number(attempt[name]), 0, int.MaxValue - 1) : 0;

    private static ReadOnlyMemory<byte> EndOf(JsonObject job)
    {
        if (JsonText.IsTruthy(job[Fields.FinishedAt])) return job.Value(Fields.FinishedAt);
        return JsonText.IsTruthy(job[Fields.ErrorAt]) ? job.Value(Fields.ErrorAt) : default;
    }

    private static void Copy(JsonObject job, JsonObject attempt, byte[] name)
    {
        if (JsonText.IsTruthy(job[name])) attempt.Set(name, job.Value(name));
    }
}
