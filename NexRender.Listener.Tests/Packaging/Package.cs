using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The package for programs that embed the server, packed once for all tests.</summary>
internal static class Package
{
    private const string Name = "NexRender.Listener.", Suffix = ".nupkg";

    private static readonly Lazy<Task<string>> TheFile = new(Pack);

    public static Task<string> File => TheFile.Value;

    public static string VersionOf(string file) => Path.GetFileName(file)[Name.Length..^Suffix.Length];

    private static async Task<string> Pack()
    {
        var folder = Directory.CreateDirectory(Repository.Path("dist")).FullName;
        foreach (var old in Directory.GetFiles(folder, $"{Name}*{Suffix}")) System.IO.File.Delete(old);
        await Repository.Build("pack");
        return Directory.GetFiles(folder, $"{Name}*{Suffix}").Single();
    }
}
