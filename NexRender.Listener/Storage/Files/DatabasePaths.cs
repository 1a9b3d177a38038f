namespace NexRender.Listener.Storage.Files;

/// <summary>The paths of a database file and of the files beside it. A link is resolved, so that its target is replaced.</summary>
internal sealed class DatabasePaths
{
    public DatabasePaths(string path)
    {
        path = Path.GetFullPath(path);
        // ResolveLinkTarget throws if there is no file; a dangling link has a target all the same.
        var isLink = new FileInfo(path).LinkTarget is not null;
        var target = isLink ? System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
        File = target?.FullName ?? path;
        Folder = Path.GetDirectoryName(File) ?? File;
    }

    public string File { get; }

    public string Folder { get; }

    /// <summary>The next checkpoint until it is published.</summary>
    public string Temporary => TemporaryOf(File);

    public string Journal => File + ".journal";

    /// <summary>The journal before the present one, until a checkpoint covers it.</summary>
    public string OldJournal => File + ".journal.old";

    /// <summary>The next journal until it replaces the present one.</summary>
    public string NewJournal => File + ".journal.new";

    /// <summary>The remembered removals as of the last checkpoint.</summary>
    public string Removed => File + ".removed";

    public string Lock => File + ".lock";

    /// <summary>Disk space that is released when the disk is full.</summary>
    public string Reserve => File + ".reserve";

    /// <summary>The file in which the next content of a file is written.</summary>
    public static string TemporaryOf(string path) => path + ".tmp";
}
