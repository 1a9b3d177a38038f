using Microsoft.Win32.SafeHandles;
using NexRender.Listener.Storage.Files.Status;

namespace NexRender.Listener.Storage.Files;

/// <summary>
/// A checkpoint that is kept open, so that its inode is not given to another file, and another server can see that it is in use.
/// </summary>
internal sealed class GuardedFile : IDisposable
{
    private readonly SafeFileHandle? _file;
    private readonly FileIdentity? _identity;

    private GuardedFile(CheckpointMark mark, SafeFileHandle? file, FileIdentity? identity) =>
        (Mark, _file, _identity) = (mark, file, identity);

    /// <summary>The mark of the content.</summary>
    public CheckpointMark Mark { get; }

    /// <summary>Opens a complete file, also before it gets its final name.</summary>
    public static GuardedFile Open(string path, CheckpointMark mark)
    {
        // On Windows an open file cannot be replaced, which the next checkpoint must do.
        if (OperatingSystem.IsWindows()) return new GuardedFile(mark, null, FileStatus.Of(path));
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new GuardedFile(mark, file, FileStatus.Of(file, path));
    }

    /// <summary>Returns true if a path names this file and it was not modified.</summary>
    public bool IsAt(string path) => _identity is { } identity && FileStatus.Of(path) is { } found && found.IsUnmodified(identity);

    public void Dispose() => _file?.Dispose();
}
