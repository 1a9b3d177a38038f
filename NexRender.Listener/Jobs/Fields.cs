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
    public static readonly ReadOnlyMemory<byte> Assets = "assets"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Actions = "actions"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Creator = "creator"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> Executor = "executor"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> CreatedAt = "createdAt"u8.ToArray();
    public static readonly ReadOnlyMemory<byte> UpdatedAt = "updatedAt"u8.ToArray();
}
