using System.Text.Json;
using System.Text.Unicode;
using NexRender.Listener.Json;
using NexRender.Listener.Storage.Journal;

namespace NexRender.Listener.Jobs;

/// <summary>Makes jobs of what the database holds, several at a time.</summary>
/// <param name="path">The database file, for messages.</param>
/// <param name="place">Puts a job in the list: at the end, or in the place of the one with its uid.</param>
/// <param name="take">Takes the job of a uid out.</param>
internal sealed class JobLoader(string path, Action<Job, bool> place, Action<string> take)
{
    private const int Portion = 4096;

    /// <summary>Takes the jobs of a checkpoint in their order.</summary>
    /// <exception cref="StartupException">One of them has no uid.</exception>
    /// <exception cref="JsonException">One of them is not valid.</exception>
    public void Load(IEnumerable<byte[]> stored)
    {
        var number = 0;
        foreach (var portion in stored.Chunk(Portion))
        {
            var jobs = new Job?[portion.Length];
            var areValid = true;
            Parallel.For(0, portion.Length, i =>
            {
                try
                {
                    if (Utf8.IsValid(portion[i])) jobs[i] = Job.FromStored(portion[i]);
                    else areValid = false;
                }
                catch (JsonException)
                {
                    areValid = false;
                }
            });
            if (!areValid) throw new JsonException();
            foreach (var job in jobs)
            {
                number++;
                place(job ?? throw new StartupException(
                    $"the database {path} cannot be read: job {number} of its array has no uid. It was left as it is; mend it, or start with --recover to keep what can be read."), true);
            }
        }
    }

    /// <summary>Takes a change of a journal.</summary>
    public void Apply(RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        if (kind == RecordKind.Remove) take(JsonText.Text(payload.Span)!);
        else place(Job.FromStored(payload.ToArray())!, kind == RecordKind.Add);
    }
}
