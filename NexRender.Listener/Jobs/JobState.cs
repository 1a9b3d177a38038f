namespace NexRender.Listener.Jobs;

/// <summary>The states that the server itself acts on; workers know more of them, which it keeps as they come.</summary>
internal static class JobState
{
    public const string Queued = "queued";
    public const string Paused = "paused";
    public const string Picked = "picked";
    public const string Started = "started";
    public const string Finished = "finished";
    public const string Error = "error";

    /// <summary>Whether a job in this state is done with.</summary>
    public static bool IsTerminal(string state) => state is Finished or Error;

    /// <summary>Whether a worker may be rendering a job in this state; workers use many states, and every one that is no other's is theirs.</summary>
    public static bool MayBeRunning(string state) => state is not (Queued or Paused or Picked or Finished or Error);
}
