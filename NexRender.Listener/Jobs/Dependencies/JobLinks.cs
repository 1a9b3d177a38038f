using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs.Dependencies;

/// <summary>The members of a job that link it to others: its batch and its dependencies, parsed. Immutable.</summary>
/// <remarks>This is the only place that reads <c>batchId</c>, <c>dependsOn</c> and <c>failedDependency</c> of stored jobs.</remarks>
internal sealed class JobLinks
{
    /// <summary>The number of the batch that the job belongs to; <c>null</c> for none.</summary>
    public string? BatchId { get; private init; }

    /// <summary>The uids of the jobs that must have finished before this one is queued; empty for none.</summary>
    public string[] DependsOn { get; private init; } = [];

    /// <summary>The uid of the job because of which this one ended in an error; <c>null</c> for none.</summary>
    public string? FailedDependency { get; private init; }

    /// <summary>Parses the links of a job; <c>null</c> if it has none.</summary>
    /// <param name="job">The members of the job.</param>
    /// <param name="previous">The links of the version before, which are shared if they are the same.</param>
    public static JobLinks? Read(JsonObject job, JobLinks? previous)
    {
        var batch = JsonText.IsString(job[Fields.BatchId]) ? JsonText.GetString(job[Fields.BatchId]) : null;
        var dependsOn = ReadDependencies(job);
        if (string.IsNullOrEmpty(batch) && dependsOn.Length == 0) return null;
        var failed = dependsOn.Length == 0 ? null : JsonText.GetString(job[Fields.FailedDependency]);
        var isSame = previous is not null && previous.BatchId == batch && previous.FailedDependency == failed
            && previous.DependsOn.AsSpan().SequenceEqual(dependsOn);
        return isSame ? previous : new JobLinks { BatchId = batch, DependsOn = dependsOn, FailedDependency = failed };
    }

    /// <summary>Returns the distinct texts of <c>dependsOn</c>; none if it is not an array, which is somebody's own member then.</summary>
    public static string[] ReadDependencies(JsonObject job)
    {
        var value = job.Value(Fields.DependsOn);
        if (value.IsEmpty || value.Span[0] != '[') return [];
        return [.. JsonArray.Items(value).Select(item => JsonText.GetString(item.Span)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }
}
