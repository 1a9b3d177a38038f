using System.Globalization;

namespace NexRender.Listener.Storage.Files;

/// <summary>The paths of a database file and of the files beside it. A link is resolved, so that its target is replaced.</summary>
internal sealed class DatabasePaths
{
    // The name that earlier versions gave a journal until a checkpoint covered it: it comes before every other one.
    private const string OldestSuffix = ".journal.old";

    /// <summary>Creates the paths.</summary>
    /// <exception cref="StorageException">The path cannot name a file.</exception>
    public DatabasePaths(string path)
    {
        try
        {
            path = Path.GetFullPath(path);
            // ResolveLinkTarget throws if there is no file; a dangling link has a target all the same.
            var isLink = new FileInfo(path).LinkTarget is not null;
            var target = isLink ? System.IO.File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
            File = target?.FullName ?? path;
            Folder = Path.GetDirectoryName(File) ?? File;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StorageException(StorageProblem.NotAFile, $"the database {path} is not a file: {StorageFailure.OneLine(e)}", e);
        }
    }

    public string File { get; }

    public string Folder { get; }

    /// <summary>The next checkpoint until it is published.</summary>
    public string Temporary => TemporaryOf(File);

    /// <summary>The remembered removals as of the last checkpoint.</summary>
    public string Removed => File + ".removed";

    /// <summary>The remembered answers as of the last checkpoint.</summary>
    public string Answers => File + ".answers";

    /// <summary>The pauses of the queue and of workers.</summary>
    public string Farm => File + ".farm";

    /// <summary>The hooks that are not delivered.</summary>
    public string Hooks => File + ".hooks";

    public string Lock => File + ".lock";

    /// <summary>Disk space that is released when the disk is full.</summary>
    public string Reserve => File + ".reserve";

    /// <summary>Files that an interrupted checkpoint, also of an earlier version, leaves and that no start needs.</summary>
    public IEnumerable<string> Leftovers =>
    [
        File + ".journal.new", File + ".removed.new", TemporaryOf(Removed), TemporaryOf(Answers), TemporaryOf(Farm), TemporaryOf(Hooks),
    ];

    /// <summary>Returns the journal of a number: 1 for the first one after a graceful stop, and so on.</summary>
    /// <remarks>
    /// Each journal has a number of its own, so that none is ever renamed: on Windows a rename waits for whoever reads the file, and
    /// changes
    /// would wait with it.
    /// </remarks>
    public string Journal(int number) => number switch
    {
        0 => File + OldestSuffix,
        1 => File + ".journal",
        _ => string.Create(CultureInfo.InvariantCulture, $"{File}.journal.{number}"),
    };

    /// <summary>Returns the numbers of the journals in the folder in their order.</summary>
    public int[] FindJournals()
    {
        if (!Directory.Exists(Folder)) return [];
        // By comparing names and not with a pattern: a file name may contain the wildcards of one.
        var prefix = Path.GetFileName(File) + ".journal";
        return [.. Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).Select(name =>
            NumberOf(name!, prefix)).OfType<int>().Order()];
    }

    /// <summary>Returns every file that must be a regular file if it exists.</summary>
    public IEnumerable<string> All() =>
    [
        File, Temporary, Lock, Removed, TemporaryOf(Removed), Answers, TemporaryOf(Answers), Farm, TemporaryOf(Farm), Hooks,
        TemporaryOf(Hooks), Reserve, .. FindJournals().Select(Journal),
    ];

    /// <summary>Returns a name beside a file for a copy of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">A word that says why there is a copy.</param>
    public static string Aside(string path, string reason) => $"{path}.{reason}-{DateTime.UtcNow:yyyyMMddTHHmmssfff}";

    /// <summary>The file in which the next content of a file is written.</summary>
    public static string TemporaryOf(string path) => path + ".tmp";

    private int? NumberOf(string name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal)) return null;
        if (name.Length == prefix.Length) return 1;
        if (name == prefix + ".old") return 0;
        var isNumber =
            int.TryParse(name.AsSpan(prefix.Length).TrimStart('.'), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        // The round trip excludes leading zeros and the like: every number has one name.
        return isNumber && number > 1 && name == Path.GetFileName(Journal(number)) ? number : null;
    }
}
