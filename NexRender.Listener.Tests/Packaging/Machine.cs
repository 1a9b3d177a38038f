using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Packaging;

/// <summary>A machine that grants a server next to nothing: a root folder of its own and a user without rights.</summary>
internal sealed class Machine : IDisposable
{
    private const string Nobody = "65534";

    private readonly TempFolder _folder = new();

    public Machine()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Assert.Inconclusive("Another root folder and another user are for root on Linux alone.");
        // Others may pass and nobody but root may write.
        Run("chmod", "755", _folder.Path);
        Data = Directory.CreateDirectory(_folder.File("data")).FullName;
        Run("chown", $"{Nobody}:{Nobody}", Data);
    }

    /// <summary>What becomes the root folder; the user without rights cannot write there.</summary>
    public string Root => _folder.Path;

    /// <summary>The one folder where that user can write; below the new root its name is <c>/data</c>.</summary>
    public string Data { get; }

    /// <summary>Turns the process that it stands before into one of a user without any rights.</summary>
    public static string[] AsNobody => ["setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs"];

    /// <summary>The same, with the new root; the program after it is named from there.</summary>
    public string[] Inside => ["chroot", $"--userspec={Nobody}:{Nobody}", Root];

    /// <summary>Puts a copy of a file where every user may run it.</summary>
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
