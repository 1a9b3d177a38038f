using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files;

/// <summary>
/// Functions of the C library. On Unix the framework's own flush to disk returns normally when fsync has failed, and it cannot open a
/// directory.
/// </summary>
internal static partial class NativeMethods
{
    public const int FullFlush = 51;
    public const int Interrupted = 4;
    public const int ReadOnly = 0;

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FdataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);
}
