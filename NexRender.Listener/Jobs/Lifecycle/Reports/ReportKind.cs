namespace NexRender.Listener.Jobs.Lifecycle.Reports;

/// <summary>The meaning of a PUT.</summary>
internal enum ReportKind
{
    /// <summary>A worker begins: the whole job, in the state <c>started</c>.</summary>
    Start,

    /// <summary>A worker has made progress.</summary>
    Progress,

    /// <summary>A worker met an error and renders on: the state <c>started</c> with a text in <c>error</c>, without the job.</summary>
    RenderError,

    /// <summary>A worker has finished the job.</summary>
    Finish,

    /// <summary>A worker has given up.</summary>
    Fail,

    /// <summary>A worker, or a script that read the job, puts it back into the queue.</summary>
    Requeue,

    /// <summary>A person or a script sets members; it names no attempt.</summary>
    Edit,
}
