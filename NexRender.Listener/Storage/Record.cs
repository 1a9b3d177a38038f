namespace NexRender.Listener.Storage;

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

/// <summary>One change of the list of jobs.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Json">The whole new job; of a removal, the uid as a JSON string.</param>
internal readonly record struct Record(RecordKind Kind, byte[] Json);
