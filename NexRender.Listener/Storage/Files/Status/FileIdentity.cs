namespace NexRender.Listener.Storage.Files.Status;

/// <summary>Tells one file from another. While a file is open its device and inode belong to no other file.</summary>
/// <param name="Device">The device; 0 if the system does not tell.</param>
/// <param name="Inode">The number of the file on its device; 0 if the system does not tell.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="ModifiedAt">The time of the last modification, in units of the system.</param>
/// <param name="Kind">The kind of the file.</param>
/// <param name="IsMountPoint">True if the file itself is a mount point, as a file bind-mounted into a container is.</param>
internal readonly record struct FileIdentity(
    ulong Device, ulong Inode, long Length, long ModifiedAt, FileKind Kind = FileKind.Regular, bool IsMountPoint = false)
{
    /// <summary>Returns true if both are the same file, whether it was modified or not.</summary>
    public bool IsSameFile(FileIdentity other) => Device == other.Device && Inode == other.Inode;

    /// <summary>Returns true if both are the same file and it was not modified in between.</summary>
    public bool IsUnmodified(FileIdentity other) => IsSameFile(other) && Length == other.Length && ModifiedAt == other.ModifiedAt;
}
