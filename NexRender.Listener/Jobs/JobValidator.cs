using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>Checks that a job is complete, with the messages of the original.</summary>
internal static class JobValidator
{
    /// <summary>Returns the first error of a job; <c>null</c> if it is valid.</summary>
    public static string? Check(JsonObject job)
    {
        if (!JsonText.IsTruthy(job[Fields.Uid])) return "job must have uid";
        if (JsonText.GetString(job[Fields.Uid]) is null) return "job uid must be a string or a number";
        if (!JsonText.IsTruthy(job[Fields.State])) return "job must have state";
        if (!JsonText.IsTruthy(job[Fields.Template])) return "job must have template object defined";
        var template = ObjectOf(job, Fields.Template);
        if (!JsonText.IsTruthy(template["src"u8])) return "job must have template.src defined";
        if (!JsonText.IsTruthy(template["composition"u8])) return "job must have template.composition defined";
        return CheckAssets(job.Value(Fields.Assets)) ?? CheckActions(job) ?? CheckSchedule(job);
    }

    /// <summary>Returns the first error of a job that was valid before some members changed; only those are checked.</summary>
    /// <param name="job">The members of the job after the change.</param>
    /// <param name="changed">The members that were sent.</param>
    /// <param name="before">The version before, if it is large: a value that stayed the same is not checked again.</param>
    public static string? CheckChanged(JsonObject job, JsonObject changed, LargeObject? before)
    {
        if (IsNew(Fields.Template) || IsNew(Fields.Assets) || IsNew(Fields.Actions)) return Check(job);
        if (!JsonText.IsTruthy(job[Fields.Uid])) return "job must have uid";
        return JsonText.IsTruthy(job[Fields.State]) ? CheckSchedule(changed) : "job must have state";

        bool IsNew(byte[] name) => changed.Has(name) && before?.Has(job.Value(name)) != true;
    }

    // The original does not know these three, and people may use the names for something of their own: only a value of the right kind can
    // be wrong.
    private static string? CheckSchedule(JsonObject job)
    {
        if (JsonText.IsString(job[Fields.NotBefore]) && JobSchedule.ReadNotBefore(job) is null)
            return "job notBefore must be a time such as \"2026-11-23T20:04:22.947Z\"";
        if (JobSchedule.ReadNumber(job[Fields.Lease]) is not null && JobSchedule.ReadLease(job) is null)
            return "job lease must be a number of seconds, at most a year; 0 for none";
        if (JobSchedule.ReadNumber(job[Fields.MaxAttempts]) is not null && JobSchedule.ReadMaxAttempts(job) is null)
            return "job maxAttempts must be a number, 1 or more";
        return null;
    }

    private static string? CheckAssets(ReadOnlyMemory<byte> assets)
    {
        if (assets.IsEmpty || assets.Span[0] != '[') return "job assets must be an array";
        foreach (var asset in JsonArray.Items(assets))
        {
            if (!JsonText.IsTruthy(asset.Span)) return "job asset should not be empty";
            if (CheckAsset(JsonObject.ParseOrEmpty(asset)) is { } error) return error;
        }
        return null;
    }

    private static string? CheckAsset(JsonObject asset)
    {
        if (!JsonText.IsTruthy(asset["type"u8])) return "job asset must have type defined";
        var type = JsonText.GetString(asset["type"u8]) ?? "";
        var hasLayer = JsonText.IsTruthy(asset["layerName"u8]) || JsonText.IsTruthy(asset["layerIndex"u8]);
        var hasSource = JsonText.IsTruthy(asset["src"u8]);
        switch (type)
        {
            case "image" or "audio" or "video":
                if (!hasSource) return $"job asset[{type}] must have src defined";
                return hasLayer ? null : $"job asset[{type}/video] must have either layerName or layerIndex defined";
            case "data":
                if (!hasLayer) return "job asset[data] must have either layerName or layerIndex defined";
                if (asset["value"u8].IsEmpty && !JsonText.IsTruthy(asset["expression"u8]))
                    return "job asset[data] must have value and/or expression defined";
                return JsonText.IsTruthy(asset["property"u8]) ? null : "job asset[data] must have property defined";
            case "script" or "static":
                return hasSource ? null : $"job asset[{type}] must have src defined";
            default:
                return $"unknown job asset type: {type}";
        }
    }

    private static string? CheckActions(JsonObject job)
    {
        if (!JsonText.IsTruthy(job[Fields.Actions])) return "job must have actions defined";
        var actions = ObjectOf(job, Fields.Actions);
        return CheckActionList(actions.Value("prerender"u8)) ?? CheckActionList(actions.Value("postrender"u8));
    }

    private static string? CheckActionList(ReadOnlyMemory<byte> list)
    {
        if (!JsonText.IsTruthy(list.Span)) return null;
        if (list.Span[0] != '[') return "job actions must be arrays";
        foreach (var action in JsonArray.Items(list))
        {
            if (!JsonText.IsTruthy(action.Span)) return "job action must be defined";
            if (!JsonText.IsTruthy(JsonObject.ParseOrEmpty(action)["module"u8])) return "job action must have module defined";
        }
        return null;
    }

    private static JsonObject ObjectOf(JsonObject job, ReadOnlySpan<byte> name) => JsonObject.ParseOrEmpty(job.Value(name));
}
