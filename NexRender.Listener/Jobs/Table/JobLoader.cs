using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs.Table;

/// <summary>Parses the jobs of a checkpoint while more of them are read, and those before them are added.</summary>
internal static class JobLoader
{
    /// <summary>Parses jobs and passes them on in their order.</summary>
    /// <param name="location">The place of the jobs, for messages.</param>
    /// <param name="stored">The jobs as UTF-8 JSON; enumerated on another thread.</param>
    /// <param name="add">Receives each job, on the calling thread.</param>
    /// <exception cref="StorageException">A job has no uid.</exception>
    /// <exception cref="JsonException">A job is not valid JSON.</exception>
    public static void Load(string location, IEnumerable<byte[]> stored, Action<Job> add)
    {
        var number = 0;
        Pipeline.Run(stored, static job => job.Length, Parse, job =>
        {
            number++;
            add(job ?? throw MissingUid(location, number));
        });
    }

    private static Job? Parse(byte[] job) =>
        Utf8.IsValid(job) ? Job.FromStored(job) : throw new JsonException("the job is not valid UTF-8");

    private static StorageException MissingUid(string location, int number) => new(
        StorageProblem.Damaged, $"the database {location} cannot be read: job {number} of its array has no uid; the file was not modified");
}
