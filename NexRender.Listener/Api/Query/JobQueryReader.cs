using System.Globalization;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Query;

namespace NexRender.Listener.Api.Query;

/// <summary>Reads the query of a request for a list of jobs.</summary>
/// <param name="query">The query.</param>
/// <param name="presentStates">Returns the states that jobs have now, which are known in addition to those of the worker.</param>
internal sealed class JobQueryReader(QueryString query, Func<IEnumerable<string>> presentStates)
{
    /// <summary>Rejects unknown names: an action on many jobs must not be for more of them than was meant.</summary>
    /// <exception cref="InvalidQueryException">A name is not known.</exception>
    public void RequireNames(IReadOnlyCollection<string> known)
    {
        foreach (var (name, _) in query.Parameters)
        {
            if (!known.Contains(name)) throw new InvalidQueryException($"unknown parameter \"{name}\"; known: {string.Join(", ", known)}");
        }
    }

    /// <summary>Reads the conditions of a query.</summary>
    /// <exception cref="InvalidQueryException">A value is not valid.</exception>
    public JobFilter ReadFilter() => new()
    {
        States = ReadStates(QueryNames.States),
        ExcludedStates = ReadStates(QueryNames.ExcludeStates),
        Tags = query.Values(QueryNames.Tags),
        Types = query.Values(QueryNames.Type),
        Executors = query.Values(QueryNames.Executor),
        Batches = query.Values(QueryNames.Batch),
        CreatedFrom = ReadTime(QueryNames.FromDate),
        CreatedTo = ReadTime(QueryNames.ToDate),
        UpdatedSince = ReadTime(QueryNames.UpdatedSince),
        Text = query.Value(QueryNames.Text) is { Length: > 0 } part ? part : null,
    };

    /// <summary>Reads a parameter that is <c>true</c> or <c>false</c>, or given without a value.</summary>
    /// <exception cref="InvalidQueryException">The value is not valid.</exception>
    public bool ReadFlag(string name) => query.Value(name) switch
    {
        null or "false" or "0" => false,
        "" or "true" or "1" => true,
        var other => throw Unknown(name, other, ["true", "false"]),
    };

    private StateSet ReadStates(string name)
    {
        var states = query.Values(name);
        if (states.Count == 0) return StateSet.Empty;
        string[] known = [.. StateSet.Known, .. presentStates().Except(StateSet.Known)];
        return states.FirstOrDefault(state => !known.Contains(state)) is { } unknown
            ? throw Unknown(name, unknown, known)
            : new StateSet(states);
    }

    private DateTimeOffset? ReadTime(string name)
    {
        if (query.Value(name) is not { } text) return null;
        return Timestamp.ParseText(text)
            ?? throw new InvalidQueryException(
                $"{name} must be a time such as 2026-11-23T20:04:22.947Z or a day such as 2026-11-23, not \"{text}\"");
    }

    private static InvalidQueryException Unknown(string name, string value, IEnumerable<string> known) =>
        new($"unknown value \"{value}\" of {name}; known: {string.Join(", ", known)}");
}
