namespace NexRender.Listener.Jobs.Queue;

/// <summary>Splits a list of tags at the commas, trims whitespace around each tag, and drops duplicates.</summary>
internal static class TagList
{
    public static string[] Parse(string tags)
    {
        if (tags.Length == 0) return [];
        var parts = tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? parts : [.. parts.Distinct(StringComparer.Ordinal)];
    }
}
