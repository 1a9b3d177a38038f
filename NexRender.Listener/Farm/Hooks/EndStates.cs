using NexRender.Listener.Jobs;

namespace NexRender.Listener.Farm.Hooks;

/// <summary>The ends of jobs that hooks report.</summary>
internal sealed class EndStates
{
    /// <summary>The known names, for people.</summary>
    public const string All = "finished, error, cancelled";

    private const string Cancelled = "cancelled";

    private readonly bool _finished;
    private readonly bool _errors;
    private readonly bool _cancelled;

    private EndStates(IReadOnlyCollection<string> names) =>
        (_finished, _errors, _cancelled) = (names.Contains(JobState.Finished), names.Contains(JobState.Error), names.Contains(Cancelled));

    /// <summary>Parses names; returns <c>null</c> if there are none, or one of them is not known.</summary>
    public static EndStates? Parse(IReadOnlyCollection<string> names) =>
        names.Count > 0 && names.All(name => name is JobState.Finished or JobState.Error or Cancelled) ? new EndStates(names) : null;

    /// <summary>Returns true if a job is in one of the states. <c>error</c> includes jobs that people cancelled.</summary>
    public bool Match(Job job) => job.State switch
    {
        JobState.Finished => _finished,
        JobState.Error => _errors || (_cancelled && job.IsCancelled),
        _ => false,
    };
}
