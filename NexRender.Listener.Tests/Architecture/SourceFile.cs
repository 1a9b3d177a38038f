using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Architecture;

/// <summary>A C# source file of the repository.</summary>
/// <param name="Path">The path below its project, with slashes.</param>
/// <param name="Text">The content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The name of the folder of files directly in the project.</summary>
    public const string Root = "(root)";

    /// <summary>The first folder of the path; <see cref="Root"/> if there is none.</summary>
    public string Room => Path.IndexOf('/') is var slash and >= 0 ? Path[..slash] : Root;

    public string Folder => Path.LastIndexOf('/') is var slash and >= 0 ? Path[..slash] : Root;

    public string[] Lines => Text.TrimEnd('\n').Split('\n');

    /// <summary>Reads the sources of a project, without what its builds generate.</summary>
    public static IReadOnlyList<SourceFile> All(string project)
    {
        var folder = Repository.Path(project);
        return
        [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(folder, file).Replace('\\', '/'))
                .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(path => new SourceFile(path, File.ReadAllText(System.IO.Path.Combine(folder, path)).ReplaceLineEndings("\n"))),
        ];
    }
}
