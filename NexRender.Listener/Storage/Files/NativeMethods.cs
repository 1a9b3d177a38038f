using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files;

/// <summary>
/// Functions of the C library. On Unix the framework's own flush to disk returns normally when fsync has failed, and it can neither open a
/// directory nor tell the inode of a file.
/// </summary>
internal static partial class NativeMethods
{
    public const int FullFlush = 51;
    public const int Interrupted = 4;
    public const int ReadOnly = 0;
    public const int FileSizeSignal = 25;
    public const nint Ignore = 1;

    // Not "libc": a static Linux executable resolves that name when it is linked, and has no such functions.
    private const string MacLibrary = "libSystem.B.dylib";

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FdataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint Signal(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Statx(nint number, nint folder, string path, nint flags, nint mask, Span<byte> status);

    [LibraryImport(MacLibrary, EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatMacArm(string path, Span<byte> status);

    [LibraryImport(MacLibrary, EntryPoint = "fstat", SetLastError = true)]
    public static partial int FstatMacArm(SafeFileHandle file, Span<byte> status);

    [LibraryImport(MacLibrary, EntryPoint = "stat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatMacIntel(string path, Span<byte> status);

    [LibraryImport(MacLibrary, EntryPoint = "fstat$INODE64", SetLastError = true)]
    public static partial int FstatMacIntel(SafeFileHandle file, Span<byte> status);
}
