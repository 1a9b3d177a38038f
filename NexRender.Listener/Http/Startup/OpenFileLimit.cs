using System.Runtime.InteropServices;

namespace NexRender.Listener.Http.Startup;

/// <summary>Raises the number of files, connections included, that the process may have open.</summary>
internal static partial class OpenFileLimit
{
    private const int ResourceOnLinux = 7;
    private const int ResourceOnMac = 8;
    private const ulong MaxOnMac = 10240;

    /// <summary>
    /// Raises the limit as far as the system allows. Unlike the just-in-time runtime, native code starts with the soft limit.
    /// </summary>
    public static void Raise()
    {
        if (OperatingSystem.IsWindows()) return;
        var resource = OperatingSystem.IsMacOS() ? ResourceOnMac : ResourceOnLinux;
        if (GetLimit(resource, out var limit) != 0) return;
        var max = OperatingSystem.IsMacOS() ? Math.Min(limit.Hard, MaxOnMac) : limit.Hard;
        if (limit.Soft >= max) return;
        limit.Soft = (nuint)max;
        // If it is refused, the server runs with the limit that it has.
        _ = SetLimit(resource, in limit);
    }

    /// <summary>Returns the number of files that the process may have open; <c>null</c> if it is not known.</summary>
    public static long? Current()
    {
        if (OperatingSystem.IsWindows()) return null;
        var resource = OperatingSystem.IsMacOS() ? ResourceOnMac : ResourceOnLinux;
        return GetLimit(resource, out var limit) == 0 ? (long)Math.Min(limit.Soft, int.MaxValue) : null;
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
