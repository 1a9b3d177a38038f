namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>The effect of a PUT on its job.</summary>
internal enum Verdict
{
    /// <summary>Sets every member as sent.</summary>
    Edit,

    /// <summary>Begins an attempt.</summary>
    Begin,

    /// <summary>Continues the attempt; its progress never decreases.</summary>
    Advance,

    /// <summary>Ends the attempt.</summary>
    End,

    /// <summary>Ends the job as finished by an attempt that was over: the render exists.</summary>
    EndLate,

    /// <summary>Adds a text to the errors; nothing else changes.</summary>
    AddError,

    /// <summary>Puts the job back into the queue.</summary>
    Requeue,

    /// <summary>Changes nothing and answers 200: a refusal could kill the worker.</summary>
    Ignore,

    /// <summary>Answers 409, while the worker can still drop the job.</summary>
    Refuse,
}
