namespace NexRender.Listener.Jobs.Queue;

/// <summary>Splits a list of tags at the commas, trims whitespace around each tag, and drops duplicates.</summary>
internal static class TagList
{
    private const int MaxCompared = 16;

    public static string[] Parse(string tags)
    {
        if (tags.Length == 0) return [];
        var parts = tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return AreDistinct(parts) ? parts : [.. parts.Distinct(StringComparer.Ordinal)];
    }

    // Without a set, which costs more than everything else about an ordinary job in the queue.
    private static bool AreDistinct(string[] parts)
    {
        if (parts.Length > MaxCompared) return false;
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts.AsSpan(0, i).Contains(parts[i])) return false;
        }
        return true;
    }
}
