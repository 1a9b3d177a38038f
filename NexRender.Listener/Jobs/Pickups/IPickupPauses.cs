namespace NexRender.Listener.Jobs.Pickups;

/// <summary>The pauses that keep pickups from getting jobs. Read under the store's lock, so reading must not block.</summary>
internal interface IPickupPauses
{
    /// <summary>True if no pickup gets a job.</summary>
    bool IsQueuePaused { get; }

    /// <summary>Returns true if the pickups of a worker get no jobs.</summary>
    bool IsPaused(string worker);
}
