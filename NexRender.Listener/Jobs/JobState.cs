namespace NexRender.Listener.Jobs;

/// <summary>The states that the server itself acts on; workers know more of them, which it keeps as they come.</summary>
internal static class JobState
{
    public const string Queued = "queued";
    public const string Picked = "picked";
    public const string Started = "started";
    public const string Finished = "finished";
    public const string Error = "error";

    /// <summary>Whether a job in this state is done with.</summary>
    public static bool IsTerminal(string state) => state is Finished or Error;
}
