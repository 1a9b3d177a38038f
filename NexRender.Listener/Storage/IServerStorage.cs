namespace NexRender.Listener.Storage;

/// <summary>Durable storage of the jobs of a server, and of what else it remembers.</summary>
internal interface IServerStorage : IJobStorage
{
    /// <summary>The pauses of the queue and of workers.</summary>
    ISideFile Farm { get; }

    /// <summary>The hooks that are not delivered.</summary>
    ISideFile Hooks { get; }

    /// <summary>The length of the present journal in bytes.</summary>
    long JournalLength { get; }

    /// <summary>True if another server leads, so that nothing is changed here.</summary>
    bool IsStandby { get; }

    /// <summary>The events that an acknowledged change survives, in words.</summary>
    string Survives { get; }
}
