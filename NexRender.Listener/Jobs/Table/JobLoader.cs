using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Jobs.Table;

/// <summary>Parses the jobs of a checkpoint while more of them are read, and those before them are added.</summary>
internal static class JobLoader
{
    private const int ChunkSize = 512;

    // Enough that neither the reader nor the parsers wait for those that are added.
    private const int ChunksAhead = 16;

    /// <summary>Parses jobs and passes them on in their order.</summary>
    /// <param name="location">The place of the jobs, for messages.</param>
    /// <param name="stored">The jobs as UTF-8 JSON; enumerated on a thread of its own.</param>
    /// <param name="add">Receives each job, on the calling thread.</param>
    /// <exception cref="StorageException">A job has no uid.</exception>
    /// <exception cref="JsonException">A job is not valid JSON.</exception>
    public static void Load(string location, IEnumerable<byte[]> stored, Action<Job> add)
    {
        using var chunks = new BlockingCollection<Task<Job?[]>>(ChunksAhead);
        using var stop = new CancellationTokenSource();
        var reading = Task.Factory.StartNew(() => Read(stored, chunks, stop.Token), TaskCreationOptions.LongRunning);
        try
        {
            var number = 0;
            foreach (var chunk in chunks.GetConsumingEnumerable())
            {
                foreach (var job in chunk.GetAwaiter().GetResult())
                {
                    number++;
                    add(job ?? throw MissingUid(location, number));
                }
            }
        }
        catch
        {
            // The reader has the file open until it ends.
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
            throw;
        }
        reading.GetAwaiter().GetResult();
    }

    private static void Read(IEnumerable<byte[]> stored, BlockingCollection<Task<Job?[]>> chunks, CancellationToken stop)
    {
        try
        {
            var (chunk, count) = (new byte[ChunkSize][], 0);
            foreach (var job in stored)
            {
                chunk[count++] = job;
                if (count < ChunkSize) continue;
                var full = chunk;
                chunks.Add(Task.Run(() => Array.ConvertAll(full, Parse), stop), stop);
                (chunk, count) = (new byte[ChunkSize][], 0);
            }
            chunks.Add(Task.Run(() => Array.ConvertAll(chunk[..count], Parse), stop), stop);
        }
        finally
        {
            chunks.CompleteAdding();
        }
    }

    private static Job? Parse(byte[] job) =>
        Utf8.IsValid(job) ? Job.FromStored(job) : throw new JsonException("the job is not valid UTF-8");

    private static StorageException MissingUid(string location, int number) => new(
        StorageProblem.Damaged, $"the database {location} cannot be read: job {number} of its array has no uid; the file was not modified");
}
