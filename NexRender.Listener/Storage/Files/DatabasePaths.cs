namespace NexRender.Listener.Storage.Files;

/// <summary>The database file and what stands beside it; a link is followed, so that a swap replaces the file and not the link.</summary>
internal sealed class DatabasePaths
{
    public DatabasePaths(string path)
    {
        path = Path.GetFullPath(path);
        // Asking a file that is not there for its target is an error; a link without its file is there all the same.
        var isLink = new FileInfo(path).LinkTarget is not null;
        var target = isLink ? System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
        File = target?.FullName ?? path;
        Folder = Path.GetDirectoryName(File) ?? File;
    }

    public string File { get; }

    public string Folder { get; }

    /// <summary>The next checkpoint, until it is swapped in.</summary>
    public string Temporary => File + ".tmp";

    public string Journal => File + ".journal";

    /// <summary>The journal before a checkpoint, until the checkpoint has been swapped in.</summary>
    public string OldJournal => File + ".journal.old";

    /// <summary>The next journal, until it is swapped in.</summary>
    public string NewJournal => File + ".journal.new";

    /// <summary>What is remembered of removed jobs, as of the last checkpoint.</summary>
    public string Removed => File + ".removed";

    /// <summary>The next one of these, until it is swapped in.</summary>
    public string NewRemoved => File + ".removed.new";

    public string Lock => File + ".lock";

    /// <summary>Room on the disk that is given back when the disk is full.</summary>
    public string Reserve => File + ".reserve";
}
