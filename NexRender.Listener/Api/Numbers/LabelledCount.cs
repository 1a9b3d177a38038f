namespace NexRender.Listener.Api.Numbers;

/// <summary>A number of jobs under a name that clients have chosen: a tag or a state.</summary>
/// <param name="Name">The name.</param>
/// <param name="Count">The number of jobs.</param>
/// <param name="WaitSeconds">How long the oldest of them has waited.</param>
internal readonly record struct LabelledCount(string Name, int Count, double WaitSeconds = 0)
{
    /// <summary>The name under which those that are not listed by their own are added up.</summary>
    public const string Others = "(other)";

    private const int Most = 100;
    private const int LongestName = 128;

    /// <summary>
    /// Bounds the names, because a reader of metrics stores a series for each: the 100 with the most jobs stay, and the rest is added up,
    /// and so are names that are too long or have characters that not every reader accepts.
    /// </summary>
    public static List<LabelledCount> Bound(IEnumerable<LabelledCount> all)
    {
        var (kept, rest) = (new List<LabelledCount>(), new LabelledCount(Others, 0));
        foreach (var item in all)
        {
            if (IsLabel(item.Name)) kept.Add(item);
            else rest = rest.With(item);
        }
        if (kept.Count > Most) kept.Sort(ByCount);
        for (; kept.Count > Most; kept.RemoveAt(kept.Count - 1)) rest = rest.With(kept[^1]);
        if (rest.Count > 0) kept.Add(rest);
        return kept;
    }

    // The most jobs first.
    private static int ByCount(LabelledCount a, LabelledCount b) =>
        b.Count.CompareTo(a.Count) is var byCount and not 0 ? byCount : string.CompareOrdinal(a.Name, b.Name);

    private static bool IsLabel(string name)
    {
        if (name.Length > LongestName || name == Others) return false;
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i])) return false;
            // Lone surrogates are all written as the same character, so two names could become one.
            if (!char.IsSurrogate(name[i])) continue;
            if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[++i])) return false;
        }
        return true;
    }

    private LabelledCount With(LabelledCount other) => new(Name, Count + other.Count, Math.Max(WaitSeconds, other.WaitSeconds));
}
