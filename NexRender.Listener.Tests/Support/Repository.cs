namespace NexRender.Listener.Tests.Support;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>Runs <c>build.sh</c> and returns its output.</summary>
    public static async Task<string> Build(params string[] arguments)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("build.sh needs bash.");
        return await Run(["bash", Path("build.sh"), .. arguments], Root);
    }

    /// <summary>Runs a command to its end, asserts that its exit code is 0, and returns its standard output.</summary>
    public static async Task<string> Run(
        IReadOnlyList<string> command, string folder, params (string Name, string Value)[] variables)
    {
        var environment = ChildProcess.Inherited();
        // The variables that the test runner sets for its children would disturb another build.
        foreach (var name in environment.Keys.Where(IsOfTheBuild).ToList()) environment.Remove(name);
        foreach (var (name, value) in variables) environment[name] = value;
        await using var process = ChildProcess.Launch(command, environment, folder);
        var code = await process.WaitForExit(TimeSpan.FromMinutes(10));
        Assert.AreEqual(0, code, $"{string.Join(' ', command)} failed: {process.Output.Text}{process.Errors.Text}");
        return process.Output.Text;
    }

    private static bool IsOfTheBuild(string variable) =>
        variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("NEXRENDER_", StringComparison.Ordinal);

    private static string Find(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "NexRender.Listener.sln")) ? folder : Find(System.IO.Path.GetDirectoryName(folder)
            ?? throw new InvalidOperationException("The tests do not run inside of their repository."));
}
