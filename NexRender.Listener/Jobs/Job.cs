using System.Globalization;
using System.Text;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>
/// One job at one moment: its JSON as it will be sent, and the few members that the server acts on, read once. A change makes a new one.
/// </summary>
internal sealed class Job
{
    private Job(JsonObject members, byte[] json, Job? previous)
    {
        Json = json;
        Uid = Same(members["uid"u8], previous?.Uid) ?? "";
        State = Known(Same(members["state"u8], previous?.State) ?? "");
        Tags = JsonText.IsString(members["tags"u8]) ? Same(members["tags"u8], previous?.Tags)! : "";
        Priority = ReadPriority(members["priority"u8]);
        Schedule = JobSchedule.Read(members, State);
        IsRunning = JobState.MayBeRunning(State) && JsonText.IsTruthy(members["startedAt"u8]);
    }

    public byte[] Json { get; }

    public string Uid { get; }

    public string State { get; }

    /// <summary>The tags as one text, separated by commas; empty for none.</summary>
    public string Tags { get; }

    public double Priority { get; }

    /// <summary>When and by whom the job may be rendered, where it says so; <c>null</c> for most jobs.</summary>
    public JobSchedule? Schedule { get; }

    /// <summary>Whether a worker has begun with the job and not ended.</summary>
    public bool IsRunning { get; }

    /// <summary>The place in the order of creation; set once by the store, before anybody else sees the job.</summary>
    public long Order { get; set; }

    /// <summary>The change that made this the job; 0 when it was read from the file. Set once by the store.</summary>
    public long Sequence { get; set; }

    /// <summary>When the time of the job's worker is over, by the clock of the deadlines, which alone sets it; 0 for never.</summary>
    public long Deadline { get; set; }

    /// <param name="members">What the job consists of.</param>
    /// <param name="previous">The version that it comes after, of which texts are kept that have not changed; <c>null</c> for a new job.</param>
    public static Job From(JsonObject members, Job? previous = null) => new(members, members.ToBytes(), previous);

    /// <summary>Reads a job from the database.</summary>
    /// <returns>The job; <c>null</c> where it has no uid.</returns>
    /// <exception cref="System.Text.Json.JsonException">The bytes are no JSON object.</exception>
    public static Job? FromStored(ReadOnlyMemory<byte> json)
    {
        var members = JsonObject.Parse(json, JsonObject.StoredDepth);
        var compact = JsonText.Minify(json);
        var job = new Job(members, json.Equals(compact) && IsWholeArray(json, out var bytes) ? bytes : compact.ToArray(), null);
        members.Recycle();
        return job.Uid.Length > 0 ? job : null;
    }

    /// <summary>The members, to read more of them or to make the next version.</summary>
    public JsonObject Members() => JsonObject.ParseWritten(Json);

    // A buffer that holds nothing else is kept, instead of a second one as large.
    private static bool IsWholeArray(ReadOnlyMemory<byte> json, out byte[] bytes)
    {
        bytes = [];
        if (!System.Runtime.InteropServices.MemoryMarshal.TryGetArray(json, out var segment)) return false;
        bytes = segment.Array!;
        return segment.Offset == 0 && segment.Count == bytes.Length;
    }

    // The text of a value; where it is the one of before, that one, instead of a second one like it.
    private static string? Same(ReadOnlySpan<byte> value, string? before) =>
        before is not null && JsonText.IsString(value) && !value.Contains((byte)'\\') && Ascii.Equals(value[1..^1], before) ? before : JsonText.Text(value);

    // One text for all jobs in a state, instead of one each.
    private static string Known(string state) => state switch
    {
        JobState.Queued => JobState.Queued,
        JobState.Paused => JobState.Paused,
        JobState.Picked => JobState.Picked,
        JobState.Started => JobState.Started,
        JobState.Finished => JobState.Finished,
        JobState.Error => JobState.Error,
        _ => state,
    };

    // As JavaScript sees it: a numeric string is a number, what is none counts as 0.
    private static double ReadPriority(ReadOnlySpan<byte> value)
    {
        if (JsonText.IsNumber(value)) return JsonText.Number(value);
        if (!JsonText.IsString(value)) return 0;
        return double.TryParse(JsonText.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number) ? number : 0;
    }
}
