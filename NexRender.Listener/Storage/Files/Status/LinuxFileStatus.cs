using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files.Status;

/// <summary>Reads the identity of files with statx.</summary>
internal static class LinuxFileStatus
{
    // Offsets in struct statx, which the kernel defines alike for every architecture.
    private const int Size = 256, Attributes = 8, Mode = 28, Inode = 32, Length = 40, KnownAttributes = 56, Modified = 112, Device = 136;
    private const int CurrentFolder = -100, EmptyPath = 0x1000;
    private const int Basic = 0x7FF, TypeModeInodeAndLength = 0x303;
    private const ulong MountRoot = 0x2000;

    // Called by its number, because older C libraries have no function for it.
    private static readonly nint Number =
        RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 332, Architecture.Arm64 => 291, _ => -1 };

    /// <summary>Reads the identity of an open file, or of the file that a path names.</summary>
    /// <param name="file">The open file; <c>null</c> to use the path.</param>
    /// <param name="path">The path.</param>
    /// <param name="withTimes">False to leave <see cref="FileIdentity.ModifiedAt"/> undefined.</param>
    /// <param name="identity">The identity; <c>null</c> if there is no such file.</param>
    /// <returns>False if the system call is unavailable.</returns>
    public static bool TryRead(SafeFileHandle? file, string path, bool withTimes, out FileIdentity? identity)
    {
        identity = null;
        if (Number < 0) return false;
        Span<byte> status = stackalloc byte[Size];
        if (Call(file, path, withTimes ? Basic : TypeModeInodeAndLength, status) != 0)
            return UnixFileStatus.IsMissing(Marshal.GetLastPInvokeError());
        var attributes = Read64(status, Attributes) & Read64(status, KnownAttributes);
        var modified = (long)Read64(status, Modified) * 1_000_000_000 + BinaryPrimitives.ReadUInt32LittleEndian(status[(Modified + 8)..]);
        identity = new FileIdentity(
            Read64(status, Device), Read64(status, Inode), (long)Read64(status, Length), modified,
            UnixFileStatus.KindOf(BinaryPrimitives.ReadUInt16LittleEndian(status[Mode..])), (attributes & MountRoot) != 0);
        return true;
    }

    private static nint Call(SafeFileHandle? file, string path, int mask, Span<byte> status)
    {
        if (file is null) return NativeMethods.Statx(Number, CurrentFolder, path, 0, mask, status);
        var isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return NativeMethods.Statx(Number, file.DangerousGetHandle(), "", EmptyPath, mask, status);
        }
        finally
        {
            if (isHeld) file.DangerousRelease();
        }
    }

    private static ulong Read64(Span<byte> status, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(status[offset..]);
}
