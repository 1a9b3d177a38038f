namespace NexRender.Listener.Api.Query;

/// <summary>The names of the query parameters that lists and bulk actions know.</summary>
internal static class QueryNames
{
    public const string States = "states";
    public const string ExcludeStates = "exclude_states";
    public const string Tags = "tags";
    public const string Type = "type";
    public const string Executor = "executor";
    public const string Batch = "batch";
    public const string FromDate = "from_date";
    public const string ToDate = "to_date";
    public const string UpdatedSince = "updated_since";
    public const string Text = "q";
    public const string From = "from";
    public const string Limit = "limit";
    public const string After = "after";
    public const string Sort = "sort";
    public const string Minimal = "minimal";
    public const string DryRun = "dryRun";
    public const string All = "all";
    public const string Position = "position";

    /// <summary>The conditions that choose jobs.</summary>
    public static readonly string[] Filters =
        [States, ExcludeStates, Tags, Type, Executor, Batch, FromDate, ToDate, UpdatedSince, Text];

    /// <summary>Everything that a list takes.</summary>
    public static readonly string[] Lists = [.. Filters, From, Limit, After, Sort, Minimal];

    /// <summary>Everything that the status of one job takes.</summary>
    public static readonly string[] Status = [Position];

    /// <summary>Everything that a bulk action takes.</summary>
    public static readonly string[] Bulk = [.. Filters, DryRun, All];
}
