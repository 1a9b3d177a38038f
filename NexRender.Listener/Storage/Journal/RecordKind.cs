namespace NexRender.Listener.Storage.Journal;

/// <summary>The kinds of changes of a list of jobs.</summary>
internal enum RecordKind
{
    /// <summary>Puts the job at the end of the list, from its present place if it has one.</summary>
    Add,

    /// <summary>Replaces the job and keeps its place.</summary>
    Set,

    /// <summary>Removes the job.</summary>
    Remove,
}
