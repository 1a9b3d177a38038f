namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>What the server makes of a PUT.</summary>
internal enum Verdict
{
    /// <summary>Every member is set as it was sent.</summary>
    Edit,

    /// <summary>An attempt begins.</summary>
    Begin,

    /// <summary>The attempt goes on; its progress never goes back.</summary>
    Advance,

    /// <summary>The attempt is over.</summary>
    End,

    /// <summary>A text is added to the errors, and nothing else changes.</summary>
    AddError,

    /// <summary>The job goes back into the queue.</summary>
    Requeue,

    /// <summary>Nothing changes, and nobody is refused: a refusal could kill the worker.</summary>
    Ignore,

    /// <summary>The worker is told in time that the job is not its own.</summary>
    Refuse,
}
