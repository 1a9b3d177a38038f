using System.Globalization;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Query;

namespace NexRender.Listener.Api.Query;

/// <summary>Reads the query of a request for a list of jobs.</summary>
/// <param name="query">The query.</param>
/// <param name="presentStates">Returns the states that jobs have now, which are known in addition to those of the worker.</param>
internal sealed class JobQueryReader(QueryString query, Func<IEnumerable<string>> presentStates)
{
    private static readonly (string Name, JobSort Sort)[] Sorts =
    [
        ("oldest_first", JobSort.OldestFirst), ("newest_first", JobSort.NewestFirst), ("priority", JobSort.Priority),
        ("updated", JobSort.Updated),
    ];

    /// <summary>Rejects names that look like misspellings of known ones; other unknown names are ignored, as the original does.</summary>
    /// <exception cref="InvalidQueryException">A name looks like a misspelling.</exception>
    public void CheckNames(IReadOnlyCollection<string> known)
    {
        foreach (var (name, _) in query.Parameters)
        {
            if (known.Contains(name) || Misspelling.Find(name, known) is not { } meant) continue;
            throw new InvalidQueryException($"unknown parameter \"{name}\"; did you mean \"{meant}\"? Known: {string.Join(", ", known)}");
        }
    }

    /// <summary>Rejects unknown names: an action on many jobs must not be for more of them than was meant.</summary>
    /// <exception cref="InvalidQueryException">A name is not known.</exception>
    public void RequireNames(IReadOnlyCollection<string> known)
    {
        foreach (var (name, _) in query.Parameters)
        {
            if (!known.Contains(name)) throw new InvalidQueryException($"unknown parameter \"{name}\"; known: {string.Join(", ", known)}");
        }
    }

    /// <summary>Reads a query for a page.</summary>
    /// <exception cref="InvalidQueryException">A value is not valid.</exception>
    public JobQuery ReadPage()
    {
        var sort = ReadSort();
        var after = query.Value(QueryNames.After) is { } text ? ReadCursor(text, sort) : null;
        return new JobQuery
        {
            Filter = ReadFilter(),
            Sort = sort,
            Offset = ReadNumber(QueryNames.From, 0, int.MaxValue) ?? 0,
            Limit = ReadNumber(QueryNames.Limit, 1, JobQuery.MaxLimit),
            After = after,
        };
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
        CreatedTo = ReadTime(QueryNames.ToDate, isEnd: true),
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
        if (states.FirstOrDefault(state => !known.Contains(state)) is { } unknown) throw Unknown(name, unknown, known);
        return new StateSet(states);
    }

    private JobSort ReadSort()
    {
        if (query.Value(QueryNames.Sort) is not { } name) return JobSort.OldestFirst;
        foreach (var (known, sort) in Sorts)
        {
            if (known == name) return sort;
        }
        throw Unknown(QueryNames.Sort, name, Sorts.Select(entry => entry.Name));
    }

    private static JobCursor ReadCursor(string text, JobSort sort)
    {
        if (JobCursor.Parse(text) is not { } cursor)
            throw new InvalidQueryException("after is not a cursor; take it from the Link header of the page before");
        if (cursor.Sort != sort) throw new InvalidQueryException("after belongs to another sort; keep the sort from page to page");
        return cursor;
    }

    private int? ReadNumber(string name, int min, int max)
    {
        if (query.Value(name) is not { } text) return null;
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= min && number <= max
            ? number
            : throw new InvalidQueryException($"{name} must be a number from {min} to {max}, not \"{text}\"");
    }

    private DateTimeOffset? ReadTime(string name, bool isEnd = false)
    {
        if (query.Value(name) is not { } text) return null;
        var time = Timestamp.ParseText(text) ?? throw new InvalidQueryException(
            $"{name} must be a time such as 2026-11-23T20:04:22.947Z or a day such as 2026-11-23, not \"{text}\"");
        // A day without a time ends with its last millisecond.
        return isEnd && text.Length == "2026-11-23".Length ? time.AddDays(1).AddMilliseconds(-1) : time;
    }

    private static InvalidQueryException Unknown(string name, string value, IEnumerable<string> known) =>
        new($"unknown value \"{value}\" of {name}; known: {string.Join(", ", known)}");
}
