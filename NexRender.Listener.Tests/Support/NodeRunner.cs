using System.Security.Cryptography;
using System.Text;

namespace NexRender.Listener.Tests.Support;

/// <summary>
/// Runs scripts under Node with npm packages of pinned versions. The packages are installed once, into a folder below the user's temporary
/// folder.
/// A test is inconclusive if something it needs is not installed.
/// </summary>
internal sealed class NodeRunner
{
    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(5);
    private static readonly SemaphoreSlim OneInstall = new(1);

    private readonly string _folder;

    private NodeRunner(string folder) => _folder = folder;

    /// <param name="packages">Packages with their versions, such as <c>@nexrender/api@1.62.0</c>.</param>
    public static async Task<NodeRunner> With(params string[] packages)
    {
        await Require("node");
        await Require("npm");
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', packages.Order()))));
        var folder = Path.Combine(Path.GetTempPath(), "nexrender-listener-tests", "node-" + digest[..16]);
        await OneInstall.WaitAsync();
        try
        {
            if (!Directory.Exists(folder)) await Install(folder, packages);
        }
        finally
        {
            OneInstall.Release();
        }

        return new NodeRunner(folder);
    }

    /// <summary>Starts a script; <c>require</c> finds the packages.</summary>
    public ChildProcess Start(string script, params string[] arguments) => Start(script, [], arguments);

    /// <summary>Starts a script with more variables in its environment.</summary>
    public ChildProcess Start(string script, Dictionary<string, string> variables, params string[] arguments)
    {
        var environment = ChildProcess.Inherited();
        foreach (var (name, value) in variables) environment[name] = value;
        environment["NODE_PATH"] = Path.Combine(_folder, "node_modules");
        return ChildProcess.Launch(["node", "-e", script, "--", .. arguments], environment, _folder);
    }

    /// <summary>Runs a script to its end, asserts that its exit code is 0, and returns its standard output.</summary>
    public async Task<string> Run(string script, params string[] arguments)
    {
        await using var node = Start(script, arguments);
        var code = await node.WaitForExit(TimeSpan.FromMinutes(1));
        Assert.AreEqual(0, code, $"The script failed: {node.Errors.Text}{node.Output.Text}");
        return node.Output.Text;
    }

    private static async Task Install(string folder, string[] packages)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        // Installed under another name and renamed when complete, so that an interrupted installation is never used.
        var temporary = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():n}").FullName;
        string[] command = [Npm, "install", "--prefix", temporary, "--no-audit", "--no-fund", "--ignore-scripts", .. packages];
        await using var npm = ChildProcess.Launch(command, ChildProcess.Inherited(), temporary);
        if (await npm.WaitForExit(InstallDeadline) != 0)
            Assert.Inconclusive($"npm could not install {string.Join(", ", packages)}: {npm.Errors.Text}");
        if (!Directory.Exists(folder)) Directory.Move(temporary, folder);
    }

    private static async Task Require(string program)
    {
        try
        {
            await using var process = ChildProcess.Launch([program == "npm" ? Npm : program, "--version"], ChildProcess.Inherited());
            if (await process.WaitForExit() == 0) return;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Reported below.
        }

        Assert.Inconclusive($"This test needs {program} on the PATH.");
    }

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
}
