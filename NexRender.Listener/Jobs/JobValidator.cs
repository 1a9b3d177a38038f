using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>Says what a job lacks, in the words of the original.</summary>
internal static class JobValidator
{
    /// <summary>The longest lease that a job may ask for, in seconds: a year.</summary>
    public const double LongestLease = 365 * 24 * 3600;

    /// <summary>The first thing that is wrong with the job; <c>null</c> when it is fine.</summary>
    public static string? Check(JsonObject job)
    {
        if (!JsonText.IsTruthy(job["uid"u8])) return "job must have uid";
        if (JsonText.Text(job["uid"u8]) is null) return "job uid must be a string or a number";
        if (!JsonText.IsTruthy(job["state"u8])) return "job must have state";
        if (!JsonText.IsTruthy(job["template"u8])) return "job must have template object defined";
        var template = Inside(job, "template"u8);
        if (!JsonText.IsTruthy(template["src"u8])) return "job must have template.src defined";
        if (!JsonText.IsTruthy(template["composition"u8])) return "job must have template.composition defined";
        return CheckAssets(job.Value("assets"u8)) ?? CheckActions(job) ?? CheckSchedule(job);
    }

    /// <summary>The same for a job that was fine before some members were set anew: only those are looked at.</summary>
    public static string? CheckChanged(JsonObject job, JsonObject changed)
    {
        if (changed.Has("template"u8) || changed.Has("assets"u8) || changed.Has("actions"u8)) return Check(job);
        if (!JsonText.IsTruthy(job["uid"u8])) return "job must have uid";
        return JsonText.IsTruthy(job["state"u8]) ? CheckSchedule(changed) : "job must have state";
    }

    // These three the original does not know; a job without them, or with null, is as good as ever.
    private static string? CheckSchedule(JsonObject job)
    {
        if (IsGiven(job["notBefore"u8]) && Timestamp.Parse(job["notBefore"u8]) is null)
            return "job notBefore must be a time such as \"2026-11-23T20:04:22.947Z\"";
        if (IsGiven(job["lease"u8]) && !(JsonText.IsNumber(job["lease"u8]) && JsonText.Number(job["lease"u8]) is >= 0 and <= LongestLease))
            return "job lease must be a number of seconds, at most a year; 0 for none";
        if (IsGiven(job["maxAttempts"u8]) && !(JsonText.IsNumber(job["maxAttempts"u8]) && JsonText.Number(job["maxAttempts"u8]) is >= 1 and <= int.MaxValue))
            return "job maxAttempts must be a number, 1 or more";
        return null;
    }

    private static bool IsGiven(ReadOnlySpan<byte> value) => !value.IsEmpty && value[0] != 'n';

    private static string? CheckAssets(ReadOnlyMemory<byte> assets)
    {
        if (assets.IsEmpty || assets.Span[0] != '[') return "job assets must be an array";
        foreach (var asset in JsonArray.Items(assets))
        {
            if (!JsonText.IsTruthy(asset.Span)) return "job asset should not be empty";
            if (CheckAsset(JsonArray.AsObject(asset)) is { } wrong) return wrong;
        }
        return null;
    }

    private static string? CheckAsset(JsonObject asset)
    {
        if (!JsonText.IsTruthy(asset["type"u8])) return "job asset must have type defined";
        var type = JsonText.Text(asset["type"u8]) ?? "";
        var hasLayer = JsonText.IsTruthy(asset["layerName"u8]) || JsonText.IsTruthy(asset["layerIndex"u8]);
        var hasSource = JsonText.IsTruthy(asset["src"u8]);
        switch (type)
        {
            case "image" or "audio" or "video":
                if (!hasSource) return $"job asset[{type}] must have src defined";
                return hasLayer ? null : $"job asset[{type}/video] must have either layerName or layerIndex defined";
            case "data":
                if (!hasLayer) return "job asset[data] must have either layerName or layerIndex defined";
                if (asset["value"u8].IsEmpty && !JsonText.IsTruthy(asset["expression"u8])) return "job asset[data] must have value and/or expression defined";
                return JsonText.IsTruthy(asset["property"u8]) ? null : "job asset[data] must have property defined";
            case "script" or "static":
                return hasSource ? null : $"job asset[{type}] must have src defined";
            default:
                return $"unknown job asset type: {type}";
        }
    }

    private static string? CheckActions(JsonObject job)
    {
        if (!JsonText.IsTruthy(job["actions"u8])) return "job must have actions defined";
        var actions = Inside(job, "actions"u8);
        return CheckActionList(actions.Value("prerender"u8)) ?? CheckActionList(actions.Value("postrender"u8));
    }

    private static string? CheckActionList(ReadOnlyMemory<byte> list)
    {
        if (!JsonText.IsTruthy(list.Span)) return null;
        if (list.Span[0] != '[') return "job actions must be arrays";
        foreach (var action in JsonArray.Items(list))
        {
            if (!JsonText.IsTruthy(action.Span)) return "job action must be defined";
            if (!JsonText.IsTruthy(JsonArray.AsObject(action)["module"u8])) return "job action must have module defined";
        }
        return null;
    }

    private static JsonObject Inside(JsonObject job, ReadOnlySpan<byte> name) => JsonArray.AsObject(job.Value(name));
}
