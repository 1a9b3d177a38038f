using System.ComponentModel;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>Runs system programs that inject faults. A test that needs one that is unavailable is inconclusive, with the reason.</summary>
internal static class Tool
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin",
        ["DEBIAN_FRONTEND"] = "noninteractive",
    };

    /// <summary>Requires a program; on Debian a missing package is installed.</summary>
    public static async Task Require(string program, string package)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive($"{program} exists on Linux only.");
        if (await Runs(program, "-V")) return;
        if (!System.Environment.IsPrivilegedProcess || !File.Exists("/etc/debian_version"))
            Assert.Inconclusive($"{program} is missing, and can be installed only by root on Debian.");
        await Runs("apt-get", "update");
        await Runs("apt-get", "install", "-y", "--no-install-recommends", package);
        if (!await Runs(program, "-V")) Assert.Inconclusive($"{program} is missing, and apt-get could not install {package}.");
    }

    public static void RequireRoot(string what)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive($"{what} requires Linux.");
        if (!System.Environment.IsPrivilegedProcess) Assert.Inconclusive($"{what} requires root.");
    }

    /// <summary>Runs a program; returns <c>null</c> if it succeeds, or its output if it fails.</summary>
    public static async Task<string?> Try(params string[] command)
    {
        await using var process = ChildProcess.Launch(command, Environment);
        var code = await process.WaitForExit(TimeSpan.FromMinutes(3));
        return code == 0 ? null : $"{string.Join(' ', command)} ended with {code}: {process.Errors.Text}{process.Output.Text}";
    }

    public static async Task Run(params string[] command) => Assert.IsNull(await Try(command));

    private static async Task<bool> Runs(params string[] command)
    {
        try
        {
            return await Try(command) is null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
