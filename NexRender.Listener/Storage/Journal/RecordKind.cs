namespace NexRender.Listener.Storage.Journal;

/// <summary>The kinds of records: changes of a list of jobs, and notes about them.</summary>
internal enum RecordKind
{
    /// <summary>Puts the job at the end of the list, from its present place if it has one.</summary>
    Add,

    /// <summary>Replaces the job and keeps its place.</summary>
    Set,

    /// <summary>Removes the job.</summary>
    Remove,

    /// <summary>Changes some members of the job and keeps its place; see <see cref="JobDelta"/>.</summary>
    Update,

    /// <summary>Changes nothing: announces the mark of a checkpoint that is about to replace the file.</summary>
    Checkpoint,

    /// <summary>Changes no job: remembers the answer to a submission, to be given again.</summary>
    Answer,

    /// <summary>A change of one of the first four kinds, or an answer, which has no effect before the end of its group.</summary>
    Grouped,

    /// <summary>Gives the records of a group effect, in their order, as one change.</summary>
    EndOfGroup,
}
