using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>A minimal environment: an empty root folder and a user without rights.</summary>
internal sealed class Machine : IDisposable
{
    private const string Nobody = "65534";

    private readonly TempFolder _folder = new();

    public Machine()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Assert.Inconclusive("Changing the root folder and the user requires root on Linux.");
        // Everybody may enter, and only root may write.
        Run("chmod", "755", _folder.Path);
        Data = Directory.CreateDirectory(_folder.File("data")).FullName;
        Run("chown", $"{Nobody}:{Nobody}", Data);
    }

    /// <summary>The new root folder; the user without rights cannot write there.</summary>
    public string Root => _folder.Path;

    /// <summary>The only folder where that user can write; below the new root its name is <c>/data</c>.</summary>
    public string Data { get; }

    /// <summary>The command prefix that runs a process as a user without rights.</summary>
    public static string[] AsNobody => ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs"];

    /// <summary>The same with the new root; the path of the program is relative to it.</summary>
    public string[] Inside => ["chroot", $"--userspec={Nobody}:{Nobody}", Root];

    /// <summary>Copies a file to a place from where every user may run it.</summary>
    public string Install(string file)
    {
        var copy = _folder.File(Path.GetFileName(file));
        File.Copy(file, copy);
        return copy;
    }

    public void Dispose() => _folder.Dispose();

    private static void Run(params string[] command)
    {
        using var process = System.Diagnostics.Process.Start(command[0], command[1..]);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
    }
}
