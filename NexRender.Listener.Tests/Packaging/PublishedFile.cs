using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The published files, built once for all tests by build.sh.</summary>
internal static class PublishedFile
{
    private static readonly Lazy<Task<string>> TheNative = new(MakeNative);
    private static readonly Lazy<Task<string>> ThePortable = new(MakePortable);

    /// <summary>The native executable: the one that the environment names, or one that is published now.</summary>
    public static Task<string> Native => OnLinux(TheNative);

    /// <summary>The portable executable, with its runtime inside.</summary>
    public static Task<string> Portable => OnLinux(ThePortable);

    private static Task<string> OnLinux(Lazy<Task<string>> file)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("These tests are about the files for Linux.");
        return file.Value;
    }

    private static async Task<string> MakeNative()
    {
        if (Executable.Published is { } given) return given;
        if (!await IsThere("ld.lld") || !(await IsThere("clang") || await IsThere("gcc")))
            Assert.Inconclusive("Building the native executable requires clang or gcc, and lld.");
        await Repository.Build("publish", "--native");
        return Repository.Path("dist", "nexrender-listener");
    }

    private static async Task<string> MakePortable()
    {
        // Not by "publish --portable", which would overwrite the native one.
        var folder = Repository.Path("dist", "linux-x64");
        await Repository.Run(
            [
                Executable.Dotnet(), "publish", Repository.Path("NexRender.Listener"),
                "-c", "Release", "-p:Kind=portable", "-r", "linux-x64", "-o", folder,
            ],
            Repository.Root);
        return Path.Combine(folder, "nexrender-listener");
    }

    private static async Task<bool> IsThere(string program)
    {
        await using var shell = ChildProcess.Launch(["sh", "-c", $"command -v {program}"], ChildProcess.Inherited());
        return await shell.WaitForExit() == 0;
    }
}
