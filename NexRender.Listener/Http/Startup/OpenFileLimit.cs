using System.Runtime.InteropServices;

namespace NexRender.Listener.Http.Startup;

/// <summary>Raises the number of files that the process may have open, connections among them, as far as the system lets it.</summary>
internal static partial class OpenFileLimit
{
    private const int OpenFilesOnLinux = 7;
    private const int OpenFilesOnMac = 8;
    private const ulong MostOnMac = 10240;

    public static void Raise()
    {
        if (OperatingSystem.IsWindows()) return;
        var resource = OperatingSystem.IsMacOS() ? OpenFilesOnMac : OpenFilesOnLinux;
        if (GetLimit(resource, out var limit) != 0) return;
        var most = OperatingSystem.IsMacOS() ? Math.Min(limit.Hard, MostOnMac) : limit.Hard;
        if (limit.Soft >= most) return;
        limit.Soft = (nuint)most;
        // Refused, the server runs with what it has.
        _ = SetLimit(resource, in limit);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public nuint Soft;
        public nuint Hard;
    }
}
