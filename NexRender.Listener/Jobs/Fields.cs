using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Jobs;

/// <summary>The names of the job members that the server acts on, for reading and for writing.</summary>
/// <remarks>
/// To add a field:
/// <list type="number">
/// <item>Name it here.</item>
/// <item>Parse its value in one place: in <see cref="JobSchedule"/> if it says when or how often a job is rendered, else in
/// <see cref="Job"/>.</item>
/// <item>If every job shows a default, set it in <see cref="JobTemplate"/>. Refuse wrong values in <see cref="JobValidator"/>.</item>
/// <item>If it belongs to one attempt, or only the server may set it, add it to <see cref="Lifecycle.MemberSets"/>.</item>
/// <item>If clients that poll need it, add it to <see cref="Reading.JobStatus"/>. Describe it in Jobs/README.md.</item>
/// </list>
/// </remarks>
internal static class Fields
{
    public static readonly byte[] Uid = "uid"u8.ToArray();
    public static readonly byte[] Type = "type"u8.ToArray();
    public static readonly byte[] State = "state"u8.ToArray();
    public static readonly byte[] Output = "output"u8.ToArray();
    public static readonly byte[] Tags = "tags"u8.ToArray();
    public static readonly byte[] Priority = "priority"u8.ToArray();
    public static readonly byte[] Timings = "timings"u8.ToArray();
    public static readonly byte[] Template = "template"u8.ToArray();
    public static readonly byte[] Assets = "assets"u8.ToArray();
    public static readonly byte[] Actions = "actions"u8.ToArray();
    public static readonly byte[] Creator = "creator"u8.ToArray();
    public static readonly byte[] Executor = "executor"u8.ToArray();
    public static readonly byte[] CreatedAt = "createdAt"u8.ToArray();
    public static readonly byte[] UpdatedAt = "updatedAt"u8.ToArray();
    public static readonly byte[] StartedAt = "startedAt"u8.ToArray();
    public static readonly byte[] FinishedAt = "finishedAt"u8.ToArray();
    public static readonly byte[] Error = "error"u8.ToArray();
    public static readonly byte[] ErrorAt = "errorAt"u8.ToArray();
    public static readonly byte[] CancelledAt = "cancelledAt"u8.ToArray();
    public static readonly byte[] RenderProgress = "renderProgress"u8.ToArray();
    public static readonly byte[] JobExecutor = "jobExecutor"u8.ToArray();
    public static readonly byte[] Attempts = "attempts"u8.ToArray();
    public static readonly byte[] BatchId = "batchId"u8.ToArray();
    public static readonly byte[] BatchName = "batchName"u8.ToArray();
    public static readonly byte[] DependsOn = "dependsOn"u8.ToArray();
    public static readonly byte[] FailedDependency = "failedDependency"u8.ToArray();
    public static readonly byte[] NotBefore = "notBefore"u8.ToArray();
    public static readonly byte[] Lease = "lease"u8.ToArray();
    public static readonly byte[] Keep = "keep"u8.ToArray();
    public static readonly byte[] MaxAttempts = "maxAttempts"u8.ToArray();
}
