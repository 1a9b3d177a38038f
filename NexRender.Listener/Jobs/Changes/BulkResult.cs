namespace NexRender.Listener.Jobs.Changes;

/// <summary>The outcome of an action on many jobs.</summary>
/// <param name="Matched">The number of jobs that the action was for, those that do not exist included.</param>
/// <param name="Changed">The number of jobs that it has changed.</param>
/// <param name="Unchanged">The jobs that it has not changed, each with the reason.</param>
/// <param name="Refusal">The reason why nothing was done; <c>null</c> if the action was carried out.</param>
internal sealed record BulkResult(
    int Matched, int Changed, IReadOnlyList<KeyValuePair<string, string>> Unchanged, Refusal? Refusal = null)
{
    public static BulkResult Of(List<BulkItem> items, List<string> missing)
    {
        var unchanged = items.Where(item => !item.IsChanged).Select(item => KeyValuePair.Create(item.Before.Uid, item.Reason!));
        var unknown = missing.Select(uid => KeyValuePair.Create(uid, Jobs.Refusal.NotFound(uid).Message));
        return new BulkResult(items.Count + missing.Count, items.Count(item => item.IsChanged), [.. unchanged, .. unknown]);
    }

    public static BulkResult Refused(Refusal refusal) => new(0, 0, [], refusal);
}
