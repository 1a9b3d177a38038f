using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Storage;

namespace NexRender.Listener.Tests.Durability;

/// <summary>What a start makes of the files of a database: the changes it replays and what it reports, or why it refuses.</summary>
internal sealed record Reading(IReadOnlyList<string> Jobs, IReadOnlyList<string> Changes, IReadOnlyList<string> Reports, string? Refusal)
{
    public static Reading Of(string database)
    {
        var (jobs, changes, reports) = (new List<string>(), new List<string>(), new List<string>());
        try
        {
            new Recovery(new DatabasePaths(database), new QuickDisk(), reports.Add).Read(new Recorder(jobs, changes));
            return new Reading(jobs, changes, reports, null);
        }
        catch (StartupException e)
        {
            return new Reading(jobs, changes, reports, e.Message);
        }
    }

    private sealed class Recorder(List<string> jobs, List<string> changes) : IRecoveryTarget
    {
        public void Load(IEnumerable<byte[]> stored) => jobs.AddRange(stored.Select(Encoding.UTF8.GetString));

        public void Put(ReadOnlyMemory<byte> job, bool atEnd) =>
            changes.Add($"{(atEnd ? RecordKind.Add : RecordKind.Set)} {Encoding.UTF8.GetString(job.Span)}");

        public void Remove(string uid) => changes.Add($"{RecordKind.Remove} \"{uid}\"");
    }
}
