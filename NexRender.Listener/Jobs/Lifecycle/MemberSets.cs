namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Groups of job members that are treated alike.</summary>
internal static class MemberSets
{
    /// <summary>The members that an attempt leaves on a job; a requeue removes them.</summary>
    public static readonly byte[][] Attempt =
    [
        Fields.Error, Fields.ErrorAt, Fields.StartedAt, Fields.FinishedAt, Fields.RenderProgress, Fields.Executor, Fields.JobExecutor,
        Fields.CancelledAt, Fields.FailedDependency,
    ];

    /// <summary>The members of an earlier attempt that a job copied from elsewhere may still have; a pickup removes them.</summary>
    public static readonly byte[][] EarlierLife = [Fields.StartedAt, Fields.FinishedAt, Fields.RenderProgress, Fields.CancelledAt];

    /// <summary>The members that only the server sets; workers send them back as they were at the pickup.</summary>
    public static readonly byte[][] ServerOwned =
    [
        Fields.Uid, Fields.Creator, Fields.CreatedAt, Fields.Executor, Fields.Attempts, Fields.DependsOn, Fields.FailedDependency,
    ];

    public static bool Has(this byte[][] names, ReadOnlyMemory<byte> name)
    {
        foreach (var other in names)
        {
            if (Is(name, other)) return true;
        }
        return false;
    }

    public static bool Is(ReadOnlyMemory<byte> name, byte[] other) => name.Span.SequenceEqual(other);
}
