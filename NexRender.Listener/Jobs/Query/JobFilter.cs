using NexRender.Listener.Jobs.Queue;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Query;

/// <summary>The conditions that a job must meet to be listed; an empty list and <c>null</c> set no condition.</summary>
internal sealed record JobFilter
{
    private readonly RawText?[] _rawTypes = [];
    private readonly RawText?[] _rawExecutors = [];
    private readonly RawText? _rawText;

    /// <summary>The states, or groups of states, of which the job must have one.</summary>
    public StateSet States { get; init; } = StateSet.Empty;

    /// <summary>The states, or groups of states, of which the job must have none.</summary>
    public StateSet ExcludedStates { get; init; } = StateSet.Empty;

    /// <summary>The tags of which the job must have one.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The values of <c>type</c> of which the job must have one.</summary>
    public IReadOnlyList<string> Types
    {
        get;
        init => (field, _rawTypes) = (value, RawOf(value));
    } = [];

    /// <summary>The workers of which one must have picked up the job last.</summary>
    public IReadOnlyList<string> Executors
    {
        get;
        init => (field, _rawExecutors) = (value, RawOf(value));
    } = [];

    /// <summary>The batches of which the job must belong to one.</summary>
    public IReadOnlyList<string> Batches { get; init; } = [];

    /// <summary>The earliest time of creation, inclusive.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>The latest time of creation, inclusive.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>The earliest time of the last change, inclusive.</summary>
    public DateTimeOffset? UpdatedSince { get; init; }

    /// <summary>A part of the uid, the source, the composition or the output, in upper or lower case.</summary>
    public string? Text
    {
        get;
        init => (field, _rawText) = (value, value is null ? null : RawText.Of(value, ignoresCase: true));
    }

    /// <summary>True if every job matches.</summary>
    public bool IsEmpty => HasOnlyStates && States.IsEmpty && ExcludedStates.IsEmpty;

    /// <summary>True if the filter sets no condition but on states.</summary>
    public bool HasOnlyStates =>
        Tags.Count == 0 && CreatedFrom is null && CreatedTo is null && UpdatedSince is null && !ReadsMembers;

    private bool ReadsMembers => Types.Count > 0 || Executors.Count > 0 || Batches.Count > 0 || Text is not null;

    /// <summary>Returns true if the job meets every condition.</summary>
    public bool Matches(Job job)
    {
        if (!States.IsEmpty && !States.Contains(job)) return false;
        if (ExcludedStates.Contains(job)) return false;
        if (Tags.Count > 0 && !TagList.Parse(job.Tags).Any(Tags.Contains)) return false;
        if (!IsBetween(job.CreatedAt, CreatedFrom, CreatedTo) || !IsBetween(job.UpdatedAt, UpdatedSince, null)) return false;
        if (!ReadsMembers) return true;
        if (MatchesUnparsed(job) is { } matches) return matches;
        // Everything else is parsed from the job's JSON, which costs more than all of the above.
        var members = job.Members();
        matches = MatchesMembers(job, members);
        members.Recycle();
        return matches;
    }

    // The conditions on members, as far as they are known without parsing; null if the job must be parsed.
    private bool? MatchesUnparsed(Job job)
    {
        var known = MatchesBatch(job) & MatchesExecutor(job);
        if (known == false) return false;
        known &= Types.Count == 0 ? true : MayBeIn(job, _rawTypes);
        if (known == false || Text is null || Contains(job.Uid)) return known;
        return _rawText is null || _rawText.MayBeIn(job.Json) ? null : false;
    }

    // The number of a batch is a text; a number is somebody's own member, which is not kept parsed.
    private bool? MatchesBatch(Job job)
    {
        if (Batches.Count == 0) return true;
        if (job.Links?.BatchId is { } batch) return Batches.Contains(batch);
        return Batches.Any(MayBeNumber) ? null : false;
    }

    private bool? MatchesExecutor(Job job)
    {
        if (Executors.Count == 0) return true;
        if (job.IsHeld) return job.Executor is { } executor && Executors.Contains(executor);
        return MayBeIn(job, _rawExecutors);
    }

    // Never true: the text may be in another member.
    private static bool? MayBeIn(Job job, RawText?[] texts)
    {
        foreach (var text in texts)
            if (text is null || text.MayBeIn(job.Json)) return null;
        return false;
    }

    private static bool MayBeNumber(string text) => text.Length == 0 || text[0] is '-' or >= '0' and <= '9';

    private static RawText?[] RawOf(IReadOnlyList<string> texts) => [.. texts.Select(text => RawText.Of(text, ignoresCase: false))];

    private bool MatchesMembers(Job job, JsonObject members) =>
        IsOneOf(Types, members[Fields.Type]) && IsOneOf(Executors, members[Fields.Executor]) && IsOneOf(Batches, members[Fields.BatchId])
        && (Text is null || MatchesText(job, members));

    private static bool IsOneOf(IReadOnlyList<string> wanted, ReadOnlySpan<byte> value) =>
        wanted.Count == 0 || (JsonText.GetString(value) is { } text && wanted.Contains(text));

    // Jobs without the time match only if no time is asked for.
    private static bool IsBetween(long time, DateTimeOffset? from, DateTimeOffset? to) =>
        (from is null && to is null)
        || (time != 0 && !(time < from?.ToUnixTimeMilliseconds()) && !(time > to?.ToUnixTimeMilliseconds()));

    private bool MatchesText(Job job, JsonObject members)
    {
        if (Contains(job.Uid) || Contains(JsonText.GetString(members[Fields.Output]))) return true;
        var template = JsonObject.ParseOrEmpty(members.Value(Fields.Template));
        return Contains(JsonText.GetString(template["src"u8])) || Contains(JsonText.GetString(template["composition"u8]));
    }

    private bool Contains(string? value) => value is not null && value.Contains(Text!, StringComparison.OrdinalIgnoreCase);
}
