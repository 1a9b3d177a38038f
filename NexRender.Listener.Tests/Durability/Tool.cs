using System.ComponentModel;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The programs of the system that faults are made with. A test that cannot have one is inconclusive, and says why.</summary>
internal static class Tool
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin",
        ["DEBIAN_FRONTEND"] = "noninteractive",
    };

    /// <summary>Sees to it that a program is there; on Debian its package is installed where it is not.</summary>
    public static async Task Require(string program, string package)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive($"{program} is a program of Linux.");
        if (await Runs(program, "-V")) return;
        if (!System.Environment.IsPrivilegedProcess || !File.Exists("/etc/debian_version"))
            Assert.Inconclusive($"{program} is missing, and can be installed by root on Debian alone.");
        await Runs("apt-get", "update");
        await Runs("apt-get", "install", "-y", "--no-install-recommends", package);
        if (!await Runs(program, "-V")) Assert.Inconclusive($"{program} is missing, and apt-get could not install {package}.");
    }

    public static void RequireRoot(string what)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive($"{what} is done on Linux alone.");
        if (!System.Environment.IsPrivilegedProcess) Assert.Inconclusive($"{what} is allowed to root alone.");
    }

    /// <summary>Runs a program to its end; returns what it said where it failed, else <c>null</c>.</summary>
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
