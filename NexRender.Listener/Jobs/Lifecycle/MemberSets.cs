namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>Groups of job members that are treated alike.</summary>
internal static class MemberSets
{
    /// <summary>What an attempt leaves on a job; back in the queue, the job is as it was before it.</summary>
    public static readonly byte[][] Attempt =
    [
        Fields.Error, Fields.ErrorAt, Fields.StartedAt, Fields.FinishedAt, Fields.RenderProgress, Fields.Executor, Fields.JobExecutor,
        Fields.CancelledAt,
    ];

    /// <summary>What a job that was copied from elsewhere may still carry of an attempt there; removed at the pickup.</summary>
    public static readonly byte[][] EarlierLife = [Fields.StartedAt, Fields.FinishedAt, Fields.RenderProgress, Fields.CancelledAt];

    /// <summary>What only the server sets; workers send it back as it was when they took the job.</summary>
    public static readonly byte[][] ServerOwned = [Fields.Uid, Fields.Creator, Fields.CreatedAt, Fields.Executor, Fields.Attempts];

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
