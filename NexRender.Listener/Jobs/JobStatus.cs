using System.Buffers;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>The status object of a job: the same members for every job, in the same order.</summary>
internal static class JobStatus
{
    private enum WhenMissing
    {
        LeaveOut,
        Null,
        Zero,
    }

    public static byte[] Write(Job job)
    {
        var members = job.Members();
        var output = new ArrayBufferWriter<byte>(512);
        Put(output, "{\"uid\":"u8, members["uid"u8], WhenMissing.LeaveOut);
        Put(output, ",\"state\":"u8, members["state"u8], WhenMissing.LeaveOut);
        Put(output, ",\"type\":"u8, members["type"u8], WhenMissing.LeaveOut);
        Put(output, ",\"tags\":"u8, members["tags"u8], WhenMissing.Null);
        Put(output, ",\"renderProgress\":"u8, members["renderProgress"u8], WhenMissing.Zero);
        Put(output, ",\"error\":"u8, Error(members.Value("error"u8)).Span, WhenMissing.Null);
        Put(output, ",\"createdAt\":"u8, members["createdAt"u8], WhenMissing.Null);
        Put(output, ",\"updatedAt\":"u8, members["updatedAt"u8], WhenMissing.Null);
        Put(output, ",\"startedAt\":"u8, members["startedAt"u8], WhenMissing.Null);
        Put(output, ",\"finishedAt\":"u8, members["finishedAt"u8], WhenMissing.Null);
        Put(output, ",\"errorAt\":"u8, members["errorAt"u8], WhenMissing.Null);
        Put(output, ",\"jobCreator\":"u8, members["creator"u8], WhenMissing.LeaveOut);
        Put(output, ",\"jobExecutor\":"u8, members["executor"u8], WhenMissing.Null);
        Put(output, ",\"timings\":"u8, members["timings"u8], WhenMissing.Null);
        output.Write("}"u8);
        members.Recycle();
        return output.WrittenSpan.ToArray();
    }

    private static void Put(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, WhenMissing whenMissing)
    {
        // What the original has no default for is left out when absent, and kept as it is when present, however false.
        if (whenMissing == WhenMissing.LeaveOut ? value.IsEmpty : !JsonText.IsTruthy(value))
        {
            if (whenMissing == WhenMissing.LeaveOut) return;
            value = whenMissing == WhenMissing.Zero ? "0"u8 : "null"u8;
        }
        output.Write(name);
        output.Write(value);
    }

    /// <summary>An array of errors becomes one string, with an empty line between them; everything else stays.</summary>
    private static ReadOnlyMemory<byte> Error(ReadOnlyMemory<byte> error)
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
