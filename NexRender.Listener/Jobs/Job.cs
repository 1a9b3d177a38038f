using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NexRender.Listener.Jobs.Dependencies;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs;

/// <summary>One version of a job: its JSON as it is sent, and the few members that the server acts on, parsed once. Immutable.</summary>
internal sealed class Job
{
    // A change of members that is longer than this part of the job is stored as the whole job.
    private const int DeltaShare = 2;

    // Until the version is appended to the journal.
    private byte[]? _delta;

    private uint _checksum;

    private Job(JsonObject members, JsonBytes json, Job? previous)
    {
        Json = json;
        Uid = Reuse(members[Fields.Uid], previous?.Uid) ?? "";
        State = ReadState(members[Fields.State], previous);
        Tags = ReadTags(members, previous);
        Priority = ReadPriority(members[Fields.Priority]);
        Schedule = JobSchedule.Read(members, State);
        var hasWorker = JsonText.IsTruthy(members[Fields.StartedAt]) || JsonText.IsTruthy(members[Fields.Executor]);
        IsRunning = JobState.IsRunning(State) || (JobState.MayBeRunning(State) && hasWorker);
        IsCancelled = State == JobState.Error && JsonText.IsTruthy(members[Fields.CancelledAt]);
        IsKept = JsonText.IsTruthy(members[Fields.Keep]);
        CreatedAt = Timestamp.ToMilliseconds(members[Fields.CreatedAt]);
        UpdatedAt = Timestamp.ToMilliseconds(members[Fields.UpdatedAt]);
        WaitsSince = FindWait(previous);
        if (IsHeld) Executor = Reuse(members[Fields.Executor], previous?.Executor);
        Progress = ReadProgress(members[Fields.RenderProgress]);
        Links = JobLinks.Read(members, previous?.Links);
    }

    public JsonBytes Json { get; }

    public string Uid { get; }

    public string State { get; }

    /// <summary>The tags as one text, separated by commas; empty if there are none.</summary>
    public string Tags { get; }

    public double Priority { get; }

    /// <summary>The rules of the job's own for when, and by which worker, it may be rendered; <c>null</c> for most jobs.</summary>
    public JobSchedule? Schedule { get; }

    /// <summary>True if a worker has reported that it began, and no end was reported.</summary>
    public bool IsRunning { get; }

    /// <summary>True if a worker has the job: it is picked or running.</summary>
    public bool IsHeld => IsRunning || State == JobState.Picked;

    /// <summary>True if the job ended because a person cancelled it.</summary>
    public bool IsCancelled { get; }

    /// <summary>True if the job is not removed for its age.</summary>
    public bool IsKept { get; }

    /// <summary>The time of creation in milliseconds since 1970; 0 if the member is not a time.</summary>
    public long CreatedAt { get; }

    /// <summary>The time of the last change in milliseconds since 1970; 0 if the member is not a time.</summary>
    public long UpdatedAt { get; }

    /// <summary>
    /// The time since which the queued job waits for a worker, or from which on it will, in milliseconds since 1970; at the end of time if
    /// it is not queued, or the time is not known.
    /// </summary>
    public long WaitsSince { get; }

    /// <summary>The time before which the queued job is not handed out; <c>default</c> if there is none.</summary>
    public DateTimeOffset ReadyAt => State == JobState.Queued && Schedule is { } schedule ? schedule.ReadyAt : default;

    /// <summary>The worker that has the job; <c>null</c> if none has, or its name is not known.</summary>
    public string? Executor { get; }

    /// <summary>The batch and the dependencies of the job; <c>null</c> for most jobs, which have neither.</summary>
    public JobLinks? Links { get; }

    /// <summary>The reported progress in percent, 0 to 100; 0 if there is none.</summary>
    public byte Progress { get; }

    /// <summary>The checksum of the JSON.</summary>
    public uint Checksum
    {
        get
        {
            // Threads may compute it at the same time, and all get the same.
            if (_checksum == 0) _checksum = ComputeChecksum();
            return _checksum;
        }
    }

    /// <summary>Creates a version.</summary>
    /// <param name="members">The members of the version.</param>
    /// <param name="previous">The version before, whose unchanged strings are shared; <c>null</c> for a new job.</param>
    /// <param name="takesDeltas">False if the storage needs whole jobs.</param>
    public static Job From(JsonObject members, Job? previous = null, bool takesDeltas = true)
    {
        var job = new Job(members, JsonBytes.Write(members, previous?.Json.Large), previous);
        if (previous is not null && takesDeltas) job._delta = job.WriteDelta(members, previous);
        return job;
    }

    /// <summary>Parses a job of the database.</summary>
    /// <returns>The job; <c>null</c> if it has no uid.</returns>
    /// <exception cref="System.Text.Json.JsonException">The bytes are not a JSON object.</exception>
    public static Job? FromStored(ReadOnlyMemory<byte> json)
    {
        var compact = json;
        if (JsonObject.TryParseCompact(json) is not { } members)
        {
            members = JsonObject.Parse(json, JsonObject.StoredDepth);
            compact = JsonText.Minify(json);
        }
        var whole = json.Equals(compact) && IsWholeArray(json, out var bytes) ? bytes : compact.ToArray();
        var job = new Job(members, JsonBytes.Of(whole), null);
        members.Recycle();
        return job.Uid.Length > 0 ? job : null;
    }

    /// <summary>Returns how long the job has waited for a worker at a time; <c>null</c> if it is not queued, or delayed.</summary>
    public TimeSpan? WaitAt(DateTimeOffset time) =>
        time.ToUnixTimeMilliseconds() - WaitsSince is >= 0 and var wait ? TimeSpan.FromMilliseconds(wait) : null;

    /// <summary>Returns the record that replaces a version by this one: as the change of some members if that is much shorter.</summary>
    /// <param name="before">The version before.</param>
    public JournalRecord TakeRecord(Job? before)
    {
        var delta = _delta;
        _delta = null;
        return delta is not null && before is not null && JobDelta.IsOf(delta, before.Checksum)
            ? new JournalRecord(RecordKind.Update, delta)
            : new JournalRecord(RecordKind.Set, Json);
    }

    /// <summary>Parses the members, to read more of them or to make the next version.</summary>
    public JsonObject Members() => Json.Parse();

    private uint ComputeChecksum()
    {
        if (Json.Large is not { } large) return Crc32C.Compute(Json.ToArray());
        uint checksum = 0;
        foreach (var (bytes, value) in large.Pieces)
        {
            checksum = value is null
                ? Crc32C.Compute(bytes.Span, checksum)
                : Crc32C.Combine(checksum, value.Checksum(static bytes => Crc32C.Compute(bytes.Span)), bytes.Length);
        }
        return checksum;
    }

    private byte[]? WriteDelta(JsonObject members, Job previous)
    {
        var uid = members[Fields.Uid];
        var delta = JobDelta.Write(previous.Json, members, JsonText.IsString(uid) ? uid : JsonText.Quote(Uid), Json.Length / DeltaShare);
        if (delta is not null) JobDelta.Seal(delta, previous.Checksum, Checksum);
        return delta;
    }

    // An array that holds nothing else is kept; a copy would double the memory of a start.
    private static bool IsWholeArray(ReadOnlyMemory<byte> json, out byte[] bytes)
    {
        bytes = [];
        if (!MemoryMarshal.TryGetArray(json, out var segment)) return false;
        bytes = segment.Array!;
        return segment.Offset == 0 && segment.Count == bytes.Length;
    }

    // Returns the previous version's string if the text is the same, instead of a second one like it.
    private static string? Reuse(ReadOnlySpan<byte> value, string? previous) =>
        previous is not null && IsPlain(value) && Ascii.Equals(value[1..^1], previous) ? previous : JsonText.GetString(value);

    private static string ReadState(ReadOnlySpan<byte> value, Job? previous) =>
        (previous is null ? JobState.Find(value) : null) ?? JobState.Intern(Reuse(value, previous?.State) ?? "");

    // A string whose characters are its bytes.
    private static bool IsPlain(ReadOnlySpan<byte> value) =>
        JsonText.IsString(value) && !value.Contains((byte)'\\') && Ascii.IsValid(value);

    // An array of tags means the same as the string of them with commas between.
    private static string ReadTags(JsonObject members, Job? previous)
    {
        var tags = members.Value(Fields.Tags);
        if (previous is null && IsPlain(tags.Span)) return SharedTags.Get(tags.Span[1..^1]);
        if (JsonText.IsString(tags.Span)) return Reuse(tags.Span, previous?.Tags)!;
        if (tags.IsEmpty || tags.Span[0] != '[') return "";
        return JobTemplate.CleanTags(string.Join(',', JsonArray.Items(tags).Select(item => JsonText.GetString(item.Span))));
    }

    // An edit of a queued job does not end its wait.
    private long FindWait(Job? previous)
    {
        if (State != JobState.Queued) return long.MaxValue;
        var queuedAt = UpdatedAt > 0 ? UpdatedAt : long.MaxValue;
        if (previous is not null) queuedAt = Math.Min(queuedAt, previous.WaitsSince);
        return Schedule is null ? queuedAt : Math.Max(queuedAt, Schedule.ReadyAt.ToUnixTimeMilliseconds());
    }

    // As in JavaScript a numeric string is a number; everything else counts as 0.
    private static double ReadPriority(ReadOnlySpan<byte> value)
    {
        if (JsonText.IsNumber(value)) return JsonText.Number(value);
        if (!JsonText.IsString(value)) return 0;
        var isNumber = double.TryParse(JsonText.GetString(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return isNumber && !double.IsNaN(number) ? number : 0;
    }

    private static byte ReadProgress(ReadOnlySpan<byte> value) =>
        JsonText.IsNumber(value) ? (byte)Math.Clamp(JsonText.Number(value), 0, 100) : (byte)0;
}
