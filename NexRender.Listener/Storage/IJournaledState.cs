namespace NexRender.Listener.Storage;

/// <summary>What the storage needs of the list of jobs that it keeps.</summary>
internal interface IJournaledState
{
    /// <summary>How many jobs there are.</summary>
    int Count { get; }

    /// <summary>Everything at one moment.</summary>
    /// <param name="whileLocked">Called at that moment, while no change can come in between.</param>
    Snapshot Snapshot(Action whileLocked);

    /// <summary>Takes back every change after the given sequence number.</summary>
    /// <param name="lastGood">The last change that lasts.</param>
    /// <param name="whileLocked">Called while no change can come in between.</param>
    void Undo(long lastGood, Action whileLocked);
}
