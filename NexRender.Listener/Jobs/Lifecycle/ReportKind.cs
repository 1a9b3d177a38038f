namespace NexRender.Listener.Jobs.Lifecycle;

/// <summary>What a PUT wants to say.</summary>
internal enum ReportKind
{
    /// <summary>A worker begins: the whole job, in the state <c>started</c>.</summary>
    Start,

    /// <summary>A worker has come further.</summary>
    Progress,

    /// <summary>A worker met an error and renders on: the state <c>started</c> with a text in <c>error</c>, without the job.</summary>
    RenderError,

    /// <summary>A worker has finished the job.</summary>
    Finish,

    /// <summary>A worker has given the job up.</summary>
    Fail,

    /// <summary>A worker, or a script that read the job, puts it back into the queue.</summary>
    PutBack,

    /// <summary>A person or a script: it names no attempt, and may set what it likes.</summary>
    Edit,
}
