using System.ComponentModel;

namespace NexRender.Listener.Storage.Files.Status;

/// <summary>The parts that the status calls of Linux and macOS have in common.</summary>
internal static class UnixFileStatus
{
    private const int TypeMask = 0xF000, RegularType = 0x8000, FolderType = 0x4000;
    private const int NoPermission = 1, NoEntry = 2, NotAFolder = 20, NoSystemCallOnLinux = 38;

    public static FileKind KindOf(int mode) => (mode & TypeMask) switch
    {
        RegularType => FileKind.Regular,
        FolderType => FileKind.Folder,
        _ => FileKind.Special,
    };

    /// <summary>Returns true if an error means that there is no such file, and false if it means that the call is unavailable.</summary>
    /// <exception cref="IOException">The error means anything else.</exception>
    public static bool IsMissing(int error) => error switch
    {
        NoEntry or NotAFolder => true,
        // Sandboxes refuse calls that they do not know with one of these.
        NoSystemCallOnLinux or NoPermission => false,
        _ => throw new IOException($"stat: {new Win32Exception(error).Message}", error),
    };
}
