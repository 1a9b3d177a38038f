using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files.Status;

/// <summary>Reads the identity of files with the stat of macOS.</summary>
internal static class MacFileStatus
{
    // Offsets in struct stat with 64-bit inodes.
    private const int Size = 144, Device = 0, Mode = 4, Inode = 8, Modified = 48, Length = 96;

    /// <inheritdoc cref="LinuxFileStatus.TryRead"/>
    public static bool TryRead(SafeFileHandle? file, string path, out FileIdentity? identity)
    {
        identity = null;
        Span<byte> status = stackalloc byte[Size];
        try
        {
            if (Call(file, path, status) != 0) return UnixFileStatus.IsMissing(Marshal.GetLastPInvokeError());
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
        var modified = Read64(status, Modified) * 1_000_000_000 + Read64(status, Modified + 8);
        identity = new FileIdentity(
            BinaryPrimitives.ReadUInt32LittleEndian(status[Device..]), (ulong)Read64(status, Inode), Read64(status, Length), modified,
            UnixFileStatus.KindOf(BinaryPrimitives.ReadUInt16LittleEndian(status[Mode..])));
        return true;
    }

    // On Intel the plain names are those of an older structure.
    private static int Call(SafeFileHandle? file, string path, Span<byte> status)
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64)
            return file is null ? NativeMethods.StatMacArm(path, status) : NativeMethods.FstatMacArm(file, status);
        return file is null ? NativeMethods.StatMacIntel(path, status) : NativeMethods.FstatMacIntel(file, status);
    }

    private static long Read64(Span<byte> status, int offset) => BinaryPrimitives.ReadInt64LittleEndian(status[offset..]);
}
