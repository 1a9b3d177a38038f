using System.Buffers;
using System.Globalization;
using System.Text;
using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Reading;

/// <summary>Writes the status object of a job: the same members for every job, in the same order.</summary>
internal static class JobStatus
{
    private enum WhenMissing
    {
        Omit,
        Null,
        Zero,
    }

    /// <summary>Writes the status of a job; after the members that every job has, those that say why it waits or may be lost.</summary>
    /// <param name="job">The job.</param>
    /// <param name="policy">The rules of a job that has none of its own.</param>
    /// <param name="now">The time by which the job waits or not.</param>
    /// <param name="suspicion">The reason to suspect that the job is lost; <c>null</c> for none.</param>
    public static byte[] Write(Job job, RetryPolicy policy, DateTimeOffset now, string? suspicion)
    {
        var members = job.Members();
        var output = new ArrayBufferWriter<byte>(512);
        PutStatus(output, job, members, policy, now, suspicion);
        return End(output, members);
    }

    /// <summary>Writes the status of a job, and the few other members that a list of jobs shows.</summary>
    /// <inheritdoc cref="Write"/>
    public static byte[] WriteMinimal(Job job, RetryPolicy policy, DateTimeOffset now, string? suspicion)
    {
        var members = job.Members();
        var output = new ArrayBufferWriter<byte>(768);
        PutStatus(output, job, members, policy, now, suspicion);
        var template = JsonObject.ParseOrEmpty(members.Value(Fields.Template));
        Put(output, ",\"template\":{\"src\":"u8, template["src"u8], WhenMissing.Null);
        Put(output, ",\"composition\":"u8, template["composition"u8], WhenMissing.Null);
        Put(output, "},\"output\":"u8, members.Has(Fields.Output) ? members[Fields.Output] : "\"\""u8, WhenMissing.Omit);
        Put(output, ",\"priority\":"u8, members[Fields.Priority], WhenMissing.Zero);
        Put(output, ",\"batchId\":"u8, members[Fields.BatchId], WhenMissing.Omit);
        Put(output, ",\"attempts\":"u8, JsonText.FromInteger(Attempts.Ended(members)), WhenMissing.Zero);
        // A job that waits has it already, among what says why.
        if (job.ReadyAt <= now) Put(output, ",\"notBefore\":"u8, members[Fields.NotBefore], WhenMissing.Omit);
        Put(output, ",\"cancelledAt\":"u8, members[Fields.CancelledAt], WhenMissing.Omit);
        return End(output, members);
    }

    /// <summary>Adds the place of a queued job, or the time that is left of a rendering one, to a status object.</summary>
    /// <param name="status">The status object.</param>
    /// <param name="position">The place in the queue; <c>null</c> for none.</param>
    /// <param name="secondsLeft">The time that is left; <c>null</c> for none.</param>
    public static byte[] AddPosition(byte[] status, int? position, double? secondsLeft)
    {
        var text = position is not null ? $",\"queuePosition\":{position}}}" : secondsLeft is not null
            ? string.Create(CultureInfo.InvariantCulture, $",\"etaSeconds\":{secondsLeft}}}") : "}";
        return [.. status.AsSpan(..^1), .. Encoding.ASCII.GetBytes(text)];
    }

    private static byte[] End(ArrayBufferWriter<byte> output, JsonObject members)
    {
        output.Write("}"u8);
        members.Recycle();
        return output.WrittenSpan.ToArray();
    }

    private static void PutStatus(
        ArrayBufferWriter<byte> output, Job job, JsonObject members, RetryPolicy policy, DateTimeOffset now, string? suspicion)
    {
        Put(output, "{\"uid\":"u8, members[Fields.Uid], WhenMissing.Omit);
        Put(output, ",\"state\":"u8, members[Fields.State], WhenMissing.Omit);
        Put(output, ",\"type\":"u8, members[Fields.Type], WhenMissing.Omit);
        Put(output, ",\"tags\":"u8, members[Fields.Tags], WhenMissing.Null);
        Put(output, ",\"renderProgress\":"u8, members[Fields.RenderProgress], WhenMissing.Zero);
        Put(output, ",\"error\":"u8, JoinErrors(members.Value(Fields.Error)).Span, WhenMissing.Null);
        Put(output, ",\"createdAt\":"u8, members[Fields.CreatedAt], WhenMissing.Null);
        Put(output, ",\"updatedAt\":"u8, members[Fields.UpdatedAt], WhenMissing.Null);
        Put(output, ",\"startedAt\":"u8, members[Fields.StartedAt], WhenMissing.Null);
        Put(output, ",\"finishedAt\":"u8, members[Fields.FinishedAt], WhenMissing.Null);
        Put(output, ",\"errorAt\":"u8, members[Fields.ErrorAt], WhenMissing.Null);
        Put(output, ",\"jobCreator\":"u8, members[Fields.Creator], WhenMissing.Omit);
        Put(output, ",\"jobExecutor\":"u8, members[Fields.Executor], WhenMissing.Null);
        Put(output, ",\"timings\":"u8, members[Fields.Timings], WhenMissing.Null);
        if (job.ReadyAt is var readyAt && readyAt > now) PutWait(output, members, readyAt, policy);
        if (suspicion is not null) Put(output, ",\"suspect\":"u8, JsonText.Quote(suspicion), WhenMissing.Omit);
    }

    private static void PutWait(ArrayBufferWriter<byte> output, JsonObject members, DateTimeOffset readyAt, RetryPolicy policy)
    {
        Put(output, ",\"notBefore\":"u8, Timestamp.ToJson(readyAt), WhenMissing.Omit);
        var maxAttempts = JobSchedule.ReadMaxAttempts(members) ?? policy.MaxAttempts;
        var attempt = Math.Min(Attempts.PresentTry(members), maxAttempts);
        Put(output, ",\"attempt\":"u8, JsonText.FromInteger(attempt), WhenMissing.Omit);
        Put(output, ",\"maxAttempts\":"u8, JsonText.FromInteger(maxAttempts), WhenMissing.Omit);
        if (Attempts.Last(members) is { } last) Put(output, ",\"lastError\":"u8, Attempts.LastError(last).Span, WhenMissing.Omit);
    }

    private static void Put(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, WhenMissing whenMissing)
    {
        // The original has no default for these: absent they are left out, and present they are kept, falsy or not.
        if (whenMissing == WhenMissing.Omit ? value.IsEmpty : !JsonText.IsTruthy(value))
        {
            if (whenMissing == WhenMissing.Omit) return;
            value = whenMissing == WhenMissing.Zero ? "0"u8 : "null"u8;
        }
        output.Write(name);
        output.Write(value);
    }

    /// <summary>Joins an array of errors into one string, separated by blank lines; returns every other value as it is.</summary>
    private static ReadOnlyMemory<byte> JoinErrors(ReadOnlyMemory<byte> error)
    {
        if (error.IsEmpty || error.Span[0] != '[') return error;
        var joined = new ArrayBufferWriter<byte>(error.Length + 16);
        joined.Write("\""u8);
        var isFirst = true;
        foreach (var item in JsonArray.Items(error))
        {
            if (!isFirst) joined.Write("\\n\\n"u8);
            isFirst = false;
            joined.Write(Inner(item.Span));
        }
        joined.Write("\""u8);
        return joined.WrittenMemory;
    }

    private static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> item) => item[0] switch
    {
        (byte)'"' => item[1..^1],
        (byte)'n' => default,
        (byte)'{' or (byte)'[' => JsonText.Quote(System.Text.Encoding.UTF8.GetString(item)).AsSpan()[1..^1],
        _ => item,
    };
}
