namespace NexRender.Listener.Jobs.Queue;

/// <summary>Takes a list of tags apart: separated by commas, blanks around each dropped, none twice.</summary>
internal static class TagList
{
    public static string[] Parse(string tags)
    {
        if (tags.Length == 0) return [];
        var parts = tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? parts : [.. parts.Distinct(StringComparer.Ordinal)];
    }
}
