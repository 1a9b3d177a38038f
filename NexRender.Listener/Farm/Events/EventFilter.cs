using NexRender.Listener.Jobs.Query;

namespace NexRender.Listener.Farm.Events;

/// <summary>Selects events. An empty list selects all of them.</summary>
/// <param name="Uids">The uids of jobs.</param>
/// <param name="States">States of jobs after the change; also <c>rendering</c> and <c>cancelled</c>.</param>
/// <param name="Batches">The ids of batches.</param>
/// <param name="Workers">The names of workers.</param>
/// <param name="Types">Names of events, or their first parts such as <c>job</c>.</param>
internal sealed record EventFilter(
    IReadOnlyList<string> Uids,
    IReadOnlyList<string> States,
    IReadOnlyList<string> Batches,
    IReadOnlyList<string> Workers,
    IReadOnlyList<string> Types)
{
    /// <summary>A text that is the same for filters with the same values.</summary>
    // With the lengths, a value that contains a separator is not taken for several.
    public string Key { get; } = string.Join(
        '\n',
        new[] { Uids, States, Batches, Workers, Types }.Select(
            list => string.Join(',', list.Order(StringComparer.Ordinal).Select(value => $"{value.Length}:{value}"))));

    /// <summary>Returns true if the filter selects an event.</summary>
    public bool Matches(FarmEvent farmEvent)
    {
        if (Types.Count > 0 && !Types.Any(type => IsOfType(farmEvent.Name, type))) return false;
        if (Workers.Count > 0 && !IsAbout(farmEvent.Workers.Before) && !IsAbout(farmEvent.Workers.After)) return false;
        if (Uids.Count > 0 && (farmEvent.Uid is null || !Uids.Contains(farmEvent.Uid))) return false;
        if (Batches.Count > 0 && (farmEvent.BatchId is null || !Batches.Contains(farmEvent.BatchId))) return false;
        return States.Count == 0 || (farmEvent.Uid is not null && States.Any(state => IsInState(farmEvent, state)));
    }

    private static bool IsOfType(string name, string type) =>
        name.StartsWith(type, StringComparison.Ordinal) && (name.Length == type.Length || name[type.Length] == '.');

    private static bool IsInState(FarmEvent farmEvent, string state) => farmEvent.State == state
        || (state == StateSet.Rendering && farmEvent.IsRendering)
        || (state == StateSet.Cancelled && farmEvent.IsCancelled);

    private bool IsAbout(string? worker) => worker is not null && Workers.Contains(worker);
}
