using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The files that are handed out, made once for all tests by the script that makes them for everybody.</summary>
internal static class PublishedFile
{
    private static readonly Lazy<Task<string>> TheNative = new(MakeNative);
    private static readonly Lazy<Task<string>> ThePortable = new(MakePortable);

    /// <summary>The native executable: the one that the tests were told to judge, else one that is published now.</summary>
    public static Task<string> Native => OnLinux(TheNative);

    /// <summary>The portable executable, with its runtime inside.</summary>
    public static Task<string> Portable => OnLinux(ThePortable);

    private static Task<string> OnLinux(Lazy<Task<string>> file)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("What is tried here are the files for Linux.");
        return file.Value;
    }

    private static async Task<string> MakeNative()
    {
        if (Executable.Published is { } given) return given;
        if (!await IsThere("ld.lld") || !(await IsThere("clang") || await IsThere("gcc")))
            Assert.Inconclusive("The native executable needs clang or gcc, and lld, to be made.");
        await Repository.Build("publish", "--native");
        return Repository.Path("dist", "nexrender-listener");
    }

    private static async Task<string> MakePortable()
    {
        // Not by "publish --portable", which would put it in the place of the native one.
        var folder = Repository.Path("dist", "linux-x64");
        await Repository.Run(
            [Executable.Dotnet(), "publish", Repository.Path("NexRender.Listener"), "-c", "Release", "-p:Kind=portable", "-r", "linux-x64", "-o", folder],
            Repository.Root);
        return Path.Combine(folder, "nexrender-listener");
    }

    private static async Task<bool> IsThere(string program)
    {
        await using var shell = ChildProcess.Launch(["sh", "-c", $"command -v {program}"], ChildProcess.Inherited());
        return await shell.WaitForExit() == 0;
    }
}
