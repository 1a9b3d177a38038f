namespace NexRender.Listener.Storage.Journal;

/// <summary>What a record of the journal does to the list of jobs.</summary>
internal enum RecordKind
{
    /// <summary>Puts the job at the end of the list; where it is there already, it moves.</summary>
    Add,

    /// <summary>Replaces the job in its place.</summary>
    Set,

    /// <summary>Takes the job out.</summary>
    Remove,
}
