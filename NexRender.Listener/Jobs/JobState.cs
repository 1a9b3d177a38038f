using System.Text;
using NexRender.Listener.Json;

namespace NexRender.Listener.Jobs;

/// <summary>The states that the server itself acts on; every other state is a worker's and is kept as sent.</summary>
internal static class JobState
{
    public const string Queued = "queued";
    public const string Waiting = "waiting";
    public const string Paused = "paused";
    public const string Picked = "picked";
    public const string Started = "started";
    public const string Finished = "finished";
    public const string Error = "error";

    private static readonly string[] Known = [Finished, Queued, Started, Error, Picked, Waiting, Paused];

    public static readonly byte[] QueuedJson = JsonText.Quote(Queued);
    public static readonly byte[] WaitingJson = JsonText.Quote(Waiting);
    public static readonly byte[] PausedJson = JsonText.Quote(Paused);
    public static readonly byte[] PickedJson = JsonText.Quote(Picked);
    public static readonly byte[] FinishedJson = JsonText.Quote(Finished);
    public static readonly byte[] ErrorJson = JsonText.Quote(Error);

    /// <summary>Returns true if no worker or queue will change a job in this state again.</summary>
    public static bool IsTerminal(string state) => state is Finished or Error;

    /// <summary>Returns true if a worker may be rendering a job in this state: workers use many states of their own.</summary>
    public static bool MayBeRunning(string state) => state is not (Queued or Waiting or Paused or Picked or Finished or Error);

    /// <summary>Returns true if a state says by itself that a worker is rendering: no person uses it for anything else.</summary>
    public static bool IsRunning(string state) => state == Started || state.StartsWith("render:", StringComparison.Ordinal);

    /// <summary>Returns the shared instance of a state's name, so that a million jobs do not hold a million copies.</summary>
    public static string Intern(string state) => state switch
    {
        Queued => Queued,
        Waiting => Waiting,
        Paused => Paused,
        Picked => Picked,
        Started => Started,
        Finished => Finished,
        Error => Error,
        _ => state,
    };

    /// <summary>Returns the shared instance of the name in a JSON string, which is not decoded; <c>null</c> if there is none.</summary>
    public static string? Find(ReadOnlySpan<byte> json)
    {
        foreach (var known in Known)
        {
            if (json.Length == known.Length + 2 && json[0] == '"' && Ascii.Equals(json[1..^1], known)) return known;
        }
        return null;
    }
}
