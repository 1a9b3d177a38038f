using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Redis.Wire;

namespace NexRender.Listener.Storage.Redis.Moving;

/// <summary>
/// Moves all jobs, and what else a server remembers, between a Redis and a database file. It leads meanwhile, so that no server does.
/// </summary>
/// <param name="options">The settings of the storage in Redis.</param>
/// <param name="disk">The disk of the file.</param>
/// <param name="log">Receives the lines of the log.</param>
internal sealed class RedisMover(RedisOptions options, Disk disk, StorageLog log)
{
    // Added to the time after which the leadership of a server that was killed expires.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    // Nobody can be relayed to a server that only moves jobs.
    private readonly RedisOptions _options = options with { Advertise = "" };

    /// <summary>
    /// Fills an empty Redis from a file, its journal and the files beside it. Interrupted, it leaves a Redis that no server uses.
    /// </summary>
    /// <returns>A line that says what was done.</returns>
    /// <exception cref="StorageException">It was not done.</exception>
    public string Import(string path)
    {
        var paths = new DatabasePaths(path);
        DatabaseFileChecks.Run(paths);
        using var held = DatabaseLock.Acquire(paths, new StorageOptions().LockTimeout);
        var folder = new DatabaseFolder(paths, disk, log);
        var jobs = new MovedJobs(paths.File);
        var recovery = new Recovery(folder, log.Info);
        recovery.ReadRemovals(jobs.LoadRemoval);
        recovery.ReadAnswers(jobs.Remember);
        if (recovery.Inspect(jobs) is null) throw new StorageException(StorageProblem.Other, $"there is no database {paths.File}");
        var (farm, hooks) = (new SideFile(folder, paths.Farm, log).Read(), new SideFile(folder, paths.Hooks, log).Read());
        Lead("import", (link, term) => Fill(link, term, jobs, [.. farm], [.. hooks]));
        var left = jobs.Duplicates == 0 ? "" : $"; {jobs.Duplicates} were left out, because a later one has the same uid";
        return $"imported {Describe(jobs.Count)} of {paths.File} into {_options.Address}{left}";
    }

    /// <summary>Writes what a Redis holds to a new file. Interrupted, it leaves no file of this name.</summary>
    /// <returns>A line that says what was done.</returns>
    /// <exception cref="StorageException">It was not done.</exception>
    public string Export(string path)
    {
        var paths = new DatabasePaths(path);
        DatabaseFileChecks.Run(paths);
        using var held = DatabaseLock.Acquire(paths, new StorageOptions().LockTimeout);
        if (File.Exists(paths.File) || paths.FindJournals().Length > 0)
            throw new StorageException(StorageProblem.Other, $"there is a database {paths.File}, which an export does not replace");
        var jobs = new MovedJobs($"{_options.Address}");
        Lead("export", (link, term) =>
        {
            new RedisLoader(link, new RedisBatches(link, term), _options, log).Load(jobs, isFirst: true);
            var folder = new DatabaseFolder(paths, disk, log);
            Publish(folder, paths.Removed, jobs.Removals);
            Publish(folder, paths.Answers, [.. jobs.Answers]);
            Publish(folder, paths.Farm, [.. Side(link, term, RedisKeys.Farm).Read()]);
            Publish(folder, paths.Hooks, [.. Side(link, term, RedisKeys.Hooks).Read()]);
            // Last: until then there is no database.
            folder.Publish(paths.File, jobs.ToSnapshot().Jobs);
        });
        return $"exported {Describe(jobs.Count)} of {_options.Address} to {paths.File}";
    }

    private static string Describe(int jobs) => $"{jobs} {(jobs == 1 ? "job" : "jobs")}";

    // What an export that was interrupted has left there does not belong to this one.
    private static void Publish(DatabaseFolder folder, string path, byte[][] items)
    {
        if (items.Length > 0) folder.Publish(path, [.. items]);
        else folder.Delete(path);
    }

    private void Lead(string what, Action<RedisLink, RedisTerm> work)
    {
        using var leadership = new RedisLeadership(_options, log);
        leadership.Start();
        if (!leadership.Next.Wait(_options.LeadTimeout + Patience))
            throw new StorageException(StorageProblem.Leads, $"a server leads on {_options.Address}");
        var term = leadership.Next.Result;
        using var link = new RedisLink(_options.Address);
        try
        {
            work(link, term);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RedisException)
        {
            throw new StorageException(StorageProblem.Other, $"the {what} has failed: {StorageFailure.OneLine(e)}", e);
        }
        finally
        {
            leadership.Release(term);
        }
    }

    private void Fill(RedisLink link, RedisTerm term, MovedJobs jobs, byte[][] farm, byte[][] hooks)
    {
        var mark = Side(link, term, RedisKeys.Import);
        if (mark.Read().Count == 0 && RedisLoader.FindUids(link, _options.LoadTimeout).Any())
            throw new StorageException(StorageProblem.Other, $"{_options.Address} has jobs, and an import needs an empty one");
        // From here on until the end no server uses what is there, and the next import replaces it.
        Write(mark, ["{}"u8.ToArray()]);
        Write(Side(link, term, RedisKeys.Removed), []);
        var batches = new RedisBatches(link, term);
        batches.StartAfter(RedisLoader.LastBatch(link, _options.Timeout));
        RedisRewriter.Write(jobs.ToSnapshot(), link, batches, _options);
        Write(Side(link, term, RedisKeys.Farm), farm);
        Write(Side(link, term, RedisKeys.Hooks), hooks);
        Write(mark, []);
    }

    private RedisSideList Side(RedisLink link, RedisTerm term, string key) => new(link, _options, term, key);

    private static void Write(RedisSideList list, byte[][] items)
    {
        if (list.TryWrite(items) is { } failure) throw new IOException(failure.Reason);
    }
}
