using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>Runs the checker of Prometheus.</summary>
internal static class Promtool
{
    private const string Path = "/usr/bin/promtool";

    /// <summary>Asserts that a text is in the format of metrics, and follows its conventions.</summary>
    public static async Task CheckMetrics(string metrics)
    {
        using var folder = new TempFolder();
        await Run(["bash", "-c", $"{Path} check metrics <\"$0\"", folder.Write("metrics", metrics)]);
    }

    /// <summary>Asserts that a file of rules is valid.</summary>
    public static Task CheckRules(string file) => Run([Path, "check", "rules", file]);

    private static async Task Run(string[] command)
    {
        if (!File.Exists(Path)) Assert.Inconclusive("This test needs promtool, of the package prometheus.");
        await using var process = ChildProcess.Launch(command, ChildProcess.Inherited());
        Assert.AreEqual(0, await process.WaitForExit(), process.Output.Text + process.Errors.Text);
    }
}
