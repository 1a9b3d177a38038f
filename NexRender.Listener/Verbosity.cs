namespace NexRender.Listener;

/// <summary>How much the server writes to standard output.</summary>
public enum Verbosity
{
    /// <summary>Errors alone, on standard error.</summary>
    Quiet,

    /// <summary>A line for each change; the default.</summary>
    Normal,

    /// <summary>As <see cref="Normal"/>, and a line for each request with its status and duration.</summary>
    Verbose,
}
