using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The member <c>attempts</c>: a record of each attempt that is over, the last ten of them.</summary>
internal static class Attempts
{
    /// <summary>The outcome of an attempt that a person ended.</summary>
    public const string Cancelled = "cancelled";

    public static readonly byte[] EndedAt = "endedAt"u8.ToArray();

    private const int Kept = 10;

    private static readonly byte[] Number = "n"u8.ToArray();
    private static readonly byte[] Errors = "errors"u8.ToArray();

    /// <summary>Returns the number of the attempt that the job is in, or comes to next; 1 for the first.</summary>
    /// <remarks>
    /// If the job has a member of that name for another purpose, attempts cannot be counted, and each counts as the last one.
    /// </remarks>
    public static int Present(JsonObject job)
    {
        if (!CanBeRecorded(job)) return int.MaxValue;
        return Last(job) is { } last ? ReadNumber(last) + 1 : 1;
    }

    /// <summary>Returns true if the member is a record of attempts.</summary>
    public static bool AreRecorded(JsonObject job) => job.Has(Fields.Attempts) && CanBeRecorded(job);

    /// <summary>Returns the last attempt that is over; <c>null</c> if there is none.</summary>
    public static JsonObject? Last(JsonObject job) => Read(job) is { Count: > 0 } attempts ? JsonObject.ParseOrEmpty(attempts[^1]) : null;

    /// <summary>Moves what the members of a job say about its attempt into <c>attempts</c>.</summary>
    /// <param name="job">The job, still as the attempt has left it.</param>
    /// <param name="outcome">The state that the attempt ended in.</param>
    /// <param name="endedAt">The time of the end, unless the job has one.</param>
    /// <param name="serverMessage">An error that no worker sent; <c>null</c> for none.</param>
    public static void Close(JsonObject job, string outcome, DateTimeOffset endedAt, string? serverMessage)
    {
        if (!CanBeRecorded(job)) return;
        var attempt = new JsonObject(6);
        attempt.Set(Number, JsonText.FromInteger(Present(job)));
        Copy(job, attempt, Fields.Executor);
        Copy(job, attempt, Fields.StartedAt);
        attempt.Set(EndedAt, EndOf(job) is { IsEmpty: false } reported ? reported : Timestamp.ToJson(endedAt));
        attempt.Set(Fields.State, JsonText.Quote(outcome));
        var errors = ErrorMessages.Read(job.Value(Fields.Error));
        if (serverMessage is not null) errors.Add(JsonText.Quote(serverMessage));
        attempt.Set(Errors, JsonArray.Write(errors));

        var attempts = Read(job);
        attempts.Add(attempt.ToBytes());
        job.Set(Fields.Attempts, JsonArray.Write(attempts[Math.Max(0, attempts.Count - Kept)..]));
    }

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

    private static int ReadNumber(JsonObject attempt) =>
        JsonText.IsNumber(attempt[Number]) ? (int)Math.Clamp(JsonText.Number(attempt[Number]), 0, int.MaxValue - 1) : 0;

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
