using System.Diagnostics;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>The root folder of a freshly installed Debian.</summary>
internal sealed class Debian : IDisposable
{
    private static readonly SemaphoreSlim OneInstall = new(1);

    private readonly TempFolder _folder = new();

    private Debian(string installed)
    {
        Run("cp", "-a", installed, Root);
        Directory.CreateDirectory(Path.Combine(Root, "data"));
    }

    private string Root => _folder.File("root");

    /// <summary>The command prefix that runs a process in that system, with its own /proc.</summary>
    public string[] Inside => ["unshare", "--mount", "sh", "-c", "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" \"$@\"", Root];

    /// <summary>Debian 11, downloaded once; if that is not possible, the test is inconclusive.</summary>
    public static async Task<Debian> Bullseye()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/debootstrap"))
            Assert.Inconclusive("Installing a Debian beside this system needs root and debootstrap.");
        var folder = Path.Combine(Path.GetTempPath(), "nexrender-listener-tests", "bullseye");
        await OneInstall.WaitAsync();
        try
        {
            if (!Directory.Exists(folder)) await Download(folder);
        }
        finally
        {
            OneInstall.Release();
        }

        return new Debian(folder);
    }

    public void Install(string file) => File.Copy(file, Path.Combine(Root, Path.GetFileName(file)));

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(Root, path), text);

    public void Remove(string path) => File.Delete(Path.Combine(Root, path));

    public void Dispose() => _folder.Dispose();

    private static async Task Download(string folder)
    {
        // Installed under another name and renamed when complete, so that an interrupted installation is never used.
        var temporary = $"{folder}.{Guid.NewGuid():n}";
        string[] command = ["debootstrap", "--variant=minbase", "bullseye", temporary];
        await using var install = ChildProcess.Launch(command, ChildProcess.Inherited());
        if (await install.WaitForExit(TimeSpan.FromMinutes(10)) != 0)
            Assert.Inconclusive($"Debian 11 could not be installed: {install.Output.Text}{install.Errors.Text}");
        if (!Directory.Exists(folder)) Directory.Move(temporary, folder);
    }

    private static void Run(params string[] command)
    {
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
    }
}
