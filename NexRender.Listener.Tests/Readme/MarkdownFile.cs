using System.Text.RegularExpressions;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Readme;

/// <summary>A document beside the code, and the parts of it that can be checked.</summary>
internal sealed partial class MarkdownFile
{
    public MarkdownFile(params string[] path)
    {
        FullPath = Repository.Path(path);
        Text = File.ReadAllText(FullPath);
    }

    /// <summary>The README of the repository.</summary>
    public static MarkdownFile Readme { get; } = new("README.md");

    /// <summary>The readme of the package.</summary>
    public static MarkdownFile Package { get; } = new("NexRender.Listener", "PACKAGE.md");

    /// <summary>All documents of the repository.</summary>
    public static IEnumerable<MarkdownFile> All =>
        from file in Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file)
        where path.Split(Path.DirectorySeparatorChar).All(part => part is not ("bin" or "obj" or "dist" or "node_modules" or "TestResults"))
        select new MarkdownFile(path);

    public string FullPath { get; }

    public string Folder => Path.GetDirectoryName(FullPath)!;

    public string Text { get; }

    /// <summary>The cells of all table rows that begin with code.</summary>
    public IEnumerable<string[]> Rows =>
        from line in Text.Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        select line.Trim('|', ' ').Split(" |").Select(cell => cell.Trim()).ToArray();

    /// <summary>The relative targets of all links.</summary>
    public IEnumerable<string> Links => Link().Matches(Text).Select(match => match.Groups[1].Value);

    /// <summary>Returns the fenced block that follows a marker such as <c>session</c>.</summary>
    public string Block(string marker)
    {
        var found = Regex.Match(Text, $@"<!-- {Regex.Escape(marker)} -->\n```\w+\n(.*?)```\n", RegexOptions.Singleline);
        Assert.IsTrue(found.Success, $"{FullPath} has no block that is marked {marker}.");
        return found.Groups[1].Value;
    }

    /// <summary>Returns the section below a heading, up to the next heading of the same level.</summary>
    public string Section(string heading)
    {
        var found = Regex.Match(Text, $@"^## {Regex.Escape(heading)}\n(.*?)(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline);
        Assert.IsTrue(found.Success, $"{FullPath} has no section {heading}.");
        return found.Groups[1].Value;
    }

    /// <summary>Returns what is between backquotes.</summary>
    public static IEnumerable<string> Quoted(string text) => Code().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)")]
    private static partial Regex Link();
}
