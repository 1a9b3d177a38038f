namespace NexRender.Listener;

/// <summary>The amount of output.</summary>
public enum Verbosity
{
    /// <summary>Errors only, on standard error.</summary>
    Quiet,

    /// <summary>A line for each change; the default.</summary>
    Normal,

    /// <summary>A line for each change, and a line for each request with its status and duration.</summary>
    Verbose,
}
