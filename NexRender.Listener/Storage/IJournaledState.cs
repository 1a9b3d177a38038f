namespace NexRender.Listener.Storage;

/// <summary>The state in memory that a <see cref="IJobStorage"/> keeps durable.</summary>
internal interface IJournaledState : IRecoveryTarget
{
    /// <summary>Guards the state. The storage takes it to roll back, so nobody may wait for the storage while holding it.</summary>
    Lock Lock { get; }

    /// <summary>The number of jobs.</summary>
    int Count { get; }

    /// <summary>Copies the state as of one moment.</summary>
    Snapshot TakeSnapshot();

    /// <summary>Rolls back every change after a sequence number; the caller holds <see cref="Lock"/>.</summary>
    /// <param name="lastKept">The sequence number of the last change that stays.</param>
    void RollBack_NeedsLock(long lastKept);
}
