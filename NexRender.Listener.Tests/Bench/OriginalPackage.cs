using System.Diagnostics;

namespace NexRender.Listener.Tests.Bench;

/// <summary>The original server, from npm, in a folder of its own.</summary>
internal static class OriginalPackage
{
    private const string Name = "@nexrender/server@1.38.0";

    /// <summary>Installs it; null, with the reason on standard error, where that is not possible.</summary>
    public static string? Install(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "package.json"), "{}");
        var (tool, args) = OperatingSystem.IsWindows() ? ("cmd.exe", new[] { "/c", "npm" }) : ("npm", []);
        try
        {
            var start = new ProcessStartInfo(tool, [.. args, "install", "--no-audit", "--no-fund", "--loglevel=error", Name])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
            };
            using var npm = Process.Start(start)!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode == 0)
                return folder;
            Console.Error.WriteLine($"The original is left out: npm install {Name} ended with {npm.ExitCode}.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine("The original is left out: npm is not installed.");
        }
        return null;
    }
}
