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

    private static FileIdentity? Read(SafeFileHandle? file, string path)
    {
        if (!_isUnavailable)
        {
            var isRead = OperatingSystem.IsLinux()
                ? LinuxFileStatus.TryRead(file, path, out var identity)
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
