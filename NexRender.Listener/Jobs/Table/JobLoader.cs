using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Table;

/// <summary>Parses the jobs of a checkpoint, several at a time.</summary>
internal static class JobLoader
{
    private const int ChunkSize = 4096;

    /// <summary>Parses jobs and passes them on in their order.</summary>
    /// <param name="location">The place of the jobs, for messages.</param>
    /// <param name="stored">The jobs as UTF-8 JSON.</param>
    /// <param name="add">Receives each job.</param>
    /// <exception cref="StorageException">A job has no uid.</exception>
    /// <exception cref="JsonException">A job is not valid JSON.</exception>
    public static void Load(string location, IEnumerable<byte[]> stored, Action<Job> add)
    {
        var number = 0;
        foreach (var chunk in stored.Chunk(ChunkSize))
        {
            foreach (var job in Parse(chunk))
            {
                number++;
                add(job ?? throw MissingUid(location, number));
            }
        }
    }

    private static StorageException MissingUid(string location, int number) => new(
        StorageProblem.Damaged, $"the database {location} cannot be read: job {number} of its array has no uid; the file was not modified");

    private static Job?[] Parse(byte[][] chunk)
    {
        var jobs = new Job?[chunk.Length];
        JsonException? error = null;
        Parallel.For(0, chunk.Length, i =>
        {
            try
            {
                if (!Utf8.IsValid(chunk[i])) throw new JsonException("the job is not valid UTF-8");
                jobs[i] = Job.FromStored(chunk[i]);
            }
            catch (JsonException e)
            {
                Interlocked.CompareExchange(ref error, e, null);
            }
        });
        return error is null ? jobs : throw error;
    }
}
