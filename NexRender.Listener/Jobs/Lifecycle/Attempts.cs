using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>The member <c>attempts</c>: what was said about a job each time it was rendered before, the last ten times.</summary>
internal static class Attempts
{
    /// <summary>The state of an attempt that a person ended.</summary>
    public const string Cancelled = "cancelled";

    private const int Kept = 10;

    /// <summary>The number of the attempt that the job is in, or comes to next; 1 for the first.</summary>
    public static int Present(JsonObject job) => Last(job) is { } last ? Number(last) + 1 : 1;

    /// <summary>The last attempt that is over; <c>null</c> where there is none.</summary>
    public static JsonObject? Last(JsonObject job) => Read(job) is { Count: > 0 } attempts ? JsonArray.AsObject(attempts[^1]) : null;

    /// <summary>Moves what the members of a job say about its attempt into <c>attempts</c>.</summary>
    /// <param name="job">The job, still as the attempt has left it.</param>
    /// <param name="state">How the attempt ended.</param>
    /// <param name="endedAt">When it ended, where the job does not say so.</param>
    /// <param name="remark">An error that no worker sent; <c>null</c> for none.</param>
    public static void Close(JsonObject job, string state, DateTimeOffset endedAt, string? remark)
    {
        var attempt = new JsonObject(6);
        attempt.Set("n"u8.ToArray(), JsonText.Digits(Present(job)));
        Copy(job, attempt, Fields.Executor);
        Copy(job, attempt, Fields.StartedAt);
        attempt.Set("endedAt"u8.ToArray(), EndOf(job) is { IsEmpty: false } said ? said : Timestamp.Json(endedAt));
        attempt.Set(Fields.State, JsonText.Quote(state));
        var errors = ErrorMessages.Read(job.Value("error"u8));
        if (remark is not null) errors.Add(JsonText.Quote(remark));
        attempt.Set("errors"u8.ToArray(), ErrorMessages.WriteArray(errors));

        var attempts = Read(job);
        attempts.Add(attempt.ToBytes());
        job.Set(Fields.Attempts, ErrorMessages.WriteArray(attempts[Math.Max(0, attempts.Count - Kept)..]));
    }

    private static List<ReadOnlyMemory<byte>> Read(JsonObject job) =>
        job.Value("attempts"u8) is { IsEmpty: false } attempts && attempts.Span[0] == '[' ? JsonArray.Items(attempts) : [];

    private static int Number(JsonObject attempt) =>
        JsonText.IsNumber(attempt["n"u8]) ? (int)Math.Clamp(JsonText.Number(attempt["n"u8]), 0, int.MaxValue - 1) : 0;

    private static ReadOnlyMemory<byte> EndOf(JsonObject job)
    {
        if (JsonText.IsTruthy(job["finishedAt"u8])) return job.Value("finishedAt"u8);
        return JsonText.IsTruthy(job["errorAt"u8]) ? job.Value("errorAt"u8) : default;
    }

    private static void Copy(JsonObject job, JsonObject attempt, ReadOnlyMemory<byte> name)
    {
        if (JsonText.IsTruthy(job[name.Span])) attempt.Set(name, job.Value(name.Span));
    }
}
