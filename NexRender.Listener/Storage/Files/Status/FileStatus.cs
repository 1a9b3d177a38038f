using Microsoft.Win32.SafeHandles;

namespace NexRender.Listener.Storage.Files.Status;

/// <summary>Reads the identity of files, for which the framework has no method.</summary>
internal static class FileStatus
{
    // Set once the system call turned out to be missing: an old kernel, or a sandbox that forbids it.
    private static volatile bool _isUnavailable = !OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS();

    /// <summary>Returns the identity of the file that a path names, after following links; <c>null</c> if there is none.</summary>
    public static FileIdentity? Of(string path) => Read(null, path);

    /// <summary>Returns the identity of an open file; <c>null</c> if the system cannot tell and the path names nothing any more.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">Its path, for systems that cannot tell the identity of an open file.</param>
    public static FileIdentity? Of(SafeFileHandle file, string path) => Read(file, path);

    /// <summary>Returns true if a path names a file, whether the file was modified or not.</summary>
    /// <remarks>
    /// Does not read the times of the file. Since Linux 6.13 a file whose times were read gets a new time with the next write, which made
    /// the sync of a journal take one more write of the disk.
    /// </remarks>
    public static bool IsAt(string path, FileIdentity identity) => Read(null, path, withTimes: false)?.IsSameFile(identity) == true;

    private static FileIdentity? Read(SafeFileHandle? file, string path, bool withTimes = true)
    {
        if (!_isUnavailable)
        {
            var isRead = OperatingSystem.IsLinux()
                ? LinuxFileStatus.TryRead(file, path, withTimes, out var identity)
                : MacFileStatus.TryRead(file, path, out identity);
            if (isRead) return identity;
            _isUnavailable = true;
        }
        return ReadFromFramework(path);
    }

    // Without inodes a replaced file is recognized by its length and time.
    private static FileIdentity? ReadFromFramework(string path)
    {
        var file = new FileInfo(path);
        if (Directory.Exists(path)) return new FileIdentity(0, 0, 0, 0, FileKind.Folder);
        if (!file.Exists) return null;
        var kind = file.Attributes.HasFlag(FileAttributes.Device) ? FileKind.Special : FileKind.Regular;
        return new FileIdentity(0, 0, file.Length, file.LastWriteTimeUtc.Ticks, kind);
    }
}
