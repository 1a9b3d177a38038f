using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Jobs;

/// <summary>The names of the members of a job, as they stand in its JSON.</summary>
internal static class Fields
{
    public static readonly ReadOnlyMemory<byte> Uid = "uid"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Type = "type"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> State = "state"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Output = "output"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Tags = "tags"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Priority = "priority"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Timings = "timings"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Template = "template"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Assets = "assets"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Actions = "actions"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Creator = "creator"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Executor = "executor"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> CreatedAt = "createdAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> UpdatedAt = "updatedAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> StartedAt = "startedAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> FinishedAt = "finishedAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Error = "error"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> ErrorAt = "errorAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> CancelledAt = "cancelledAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> RenderProgress = "renderProgress"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> JobExecutor = "jobExecutor"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Attempts = "attempts"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> NotBefore = "notBefore"u8.ToArray();
}
