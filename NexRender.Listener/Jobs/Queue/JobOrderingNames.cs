namespace NexRender.Listener.Jobs.Queue;

/// <summary>The names of the orderings, as options and variables spell them.</summary>
internal static class JobOrderingNames
{
    private static readonly (string Name, JobOrdering Ordering)[] Names =
    [
        ("oldest-first", JobOrdering.OldestFirst),
        ("newest-first", JobOrdering.NewestFirst),
        ("random", JobOrdering.Random),
        ("priority", JobOrdering.Priority),
    ];

    public static string All => string.Join(", ", Names.Select(entry => entry.Name));

    public static string ToName(this JobOrdering ordering) => Names.First(entry => entry.Ordering == ordering).Name;

    public static JobOrdering? Parse(string name) =>
        Names.Where(entry => entry.Name == name).Select(entry => (JobOrdering?)entry.Ordering).FirstOrDefault();
}
