namespace NexRender.Listener.Storage.Files.Status;

/// <summary>The kinds of what a path can name.</summary>
internal enum FileKind
{
    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A device, a pipe or a socket.</summary>
    Special,
}
