using System.Diagnostics;

namespace NexRender.Listener.Tests.Bench.Servers;

/// <summary>Installs the original server, with its provider for Redis, from npm into a folder.</summary>
internal static class OriginalPackage
{
    private const string Name = "@nexrender/server@1.38.0";
    private const string Provider = "@nexrender/database-redis@1.60.10";

    /// <summary>Installs it; returns null, with the reason on standard error, if that is not possible.</summary>
    public static string? Install(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "package.json"), "{}");
        var (tool, args) = OperatingSystem.IsWindows() ? ("cmd.exe", new[] { "/c", "npm" }) : ("npm", []);
        try
        {
            var start = new ProcessStartInfo(tool, [.. args, "install", "--no-audit", "--no-fund", "--loglevel=error", Name, Provider])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
            };
            using var npm = Process.Start(start)!;
            npm.StandardOutput.ReadToEnd();
            npm.WaitForExit();
            if (npm.ExitCode == 0) return folder;
            Console.Error.WriteLine($"The original is omitted: npm install {Name} failed with {npm.ExitCode}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.Error.WriteLine("The original is omitted: npm is not installed");
        }
        return null;
    }
}
