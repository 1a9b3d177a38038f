namespace NexRender.Listener.Storage;

/// <summary>The kinds of reasons why a storage cannot be opened.</summary>
internal enum StorageProblem
{
    /// <summary>A reason that has no remedy of its own.</summary>
    Other,

    /// <summary>Another server uses the database.</summary>
    InUse,

    /// <summary>The folder of the database cannot be written to.</summary>
    NotWritable,

    /// <summary>The database cannot be read.</summary>
    NotReadable,

    /// <summary>There is no home folder, and no path was given.</summary>
    NoHomeFolder,

    /// <summary>The path of the database does not name a file.</summary>
    NotAFile,

    /// <summary>The file is JSON, but not an array of jobs.</summary>
    NotADatabase,

    /// <summary>The database file cannot be replaced by a rename.</summary>
    NotReplaceable,

    /// <summary>The database is not the file that its journal belongs to.</summary>
    Mismatch,

    /// <summary>A server that holds the database cannot be reached.</summary>
    Unreachable,

    /// <summary>Another program has changed jobs in the database.</summary>
    Foreign,

    /// <summary>A server uses the jobs that are to be moved.</summary>
    Leads,

    /// <summary>An import into the database was interrupted.</summary>
    Unfinished,

    /// <summary>A later version of the server wrote the database.</summary>
    TooNew,

    /// <summary>The database is damaged.</summary>
    Damaged,
}
