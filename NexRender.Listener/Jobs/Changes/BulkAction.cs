using NexRender.Listener.Jobs.Lifecycle;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Changes;

/// <summary>An action on many jobs.</summary>
/// <param name="Record">The kind of the record of each change: set, or remove.</param>
/// <param name="Decide">Decides about one job.</param>
internal sealed record BulkAction(RecordKind Record, Func<Job, Transition> Decide)
{
    /// <summary>The removal of jobs in any state.</summary>
    public static readonly BulkAction Removal = new(RecordKind.Remove, _ => Transition.None);
}
