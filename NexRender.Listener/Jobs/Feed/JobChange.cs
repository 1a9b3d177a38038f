using NexRender.Listener.Jobs.Lifecycle;

namespace NexRender.Listener.Jobs.Feed;

/// <summary>One change of one job. Immutable.</summary>
internal sealed class JobChange
{
    /// <summary>The number of the change; numbers grow from change to change, also across restarts.</summary>
    public required long Sequence { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>The version before, or the ended job that a new one replaced; <c>null</c> if there was none.</summary>
    public required Job? Before { get; init; }

    /// <summary>The version after; <c>null</c> for a removed job.</summary>
    public required Job? After { get; init; }

    /// <summary>The name or address of the client that made the change; <c>null</c> for the server itself.</summary>
    public required string? By { get; init; }

    /// <summary>The reason of a cancellation, or the text of an error; <c>null</c> for none.</summary>
    public required string? Reason { get; init; }

    /// <summary>The time of the change.</summary>
    public required DateTimeOffset Time { get; init; }

    public string Uid => (After ?? Before)!.Uid;

    /// <summary>The number of the attempt that the change belongs to, counted from 1. Read from the job each time.</summary>
    public int Attempt
    {
        get
        {
            if (Kind == ChangeKind.Created) return 1;
            var members = (Before ?? After)!.Members();
            var attempt = Attempts.Present(members);
            members.Recycle();
            return attempt;
        }
    }
}
