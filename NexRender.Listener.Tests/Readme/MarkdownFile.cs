using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>The README, and the parts of it that are more than words.</summary>
internal static partial class ReadmeFile
{
    public static string Text { get; } = File.ReadAllText(Repository.Path("README.md"));

    /// <summary>The fenced block that follows a marker such as <c>session</c>.</summary>
    public static string Block(string marker)
    {
        var found = Regex.Match(Text, $@"<!-- {Regex.Escape(marker)} -->\n```\w+\n(.*?)```\n", RegexOptions.Singleline);
        Assert.IsTrue(found.Success, $"The README has no block that is marked {marker}.");
        return found.Groups[1].Value;
    }

    /// <summary>The rows of all tables, by their cells.</summary>
    public static IEnumerable<string[]> Rows =>
        from line in Text.Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        select line.Trim('|', ' ').Split(" |").Select(cell => cell.Trim()).ToArray();

    /// <summary>What stands between backquotes.</summary>
    public static IEnumerable<string> Quoted(string cell) => Code().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
