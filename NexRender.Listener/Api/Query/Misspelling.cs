namespace NexRender.Listener.Api.Query;

/// <summary>Finds the known name that an unknown one was probably meant to be.</summary>
internal static class Misspelling
{
    /// <summary>Returns the known name that is close to the given one; <c>null</c> if none is.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        var plain = Normalize(name);
        foreach (var candidate in known)
        {
            var other = Normalize(candidate);
            if (plain == other || Distance(plain, other) <= Tolerance(Math.Min(plain.Length, other.Length))) return candidate;
        }
        return null;
    }

    // Short names are close to everything: a cache-busting "t" or "v" is not a misspelt "q".
    private static int Tolerance(int length) => length < 3 ? 0 : length < 6 ? 1 : 2;

    private static string Normalize(string name) => name.Replace("_", "").Replace("-", "").Replace("[]", "").ToLowerInvariant();

    // The number of inserted, removed, replaced and swapped letters that turn one name into the other.
    private static int Distance(string a, string b)
    {
        var costs = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) costs[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) costs[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = costs[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                costs[i, j] = Math.Min(replaced, Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1);
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (isSwap) costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }
        }
        return costs[a.Length, b.Length];
    }
}
