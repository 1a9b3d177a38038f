using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Storage.Journal;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Durability.Ledgers;

namespace NexRender.Listener.Tests.Durability.Harness;

/// <summary>The result of recovering a database: the changes that are replayed and the reports, or the refusal.</summary>
internal sealed record RecoveryResult(
    IReadOnlyList<string> Jobs, IReadOnlyList<string> Changes, IReadOnlyList<string> Reports, string? Refusal)
{
    public static RecoveryResult Of(string database)
    {
        var (jobs, changes, reports) = (new List<string>(), new List<string>(), new List<string>());
        try
        {
            var folder = new DatabaseFolder(new DatabasePaths(database), new QuickDisk(), StorageLog.None);
            new Recovery(folder, reports.Add).Read(new Recorder(jobs, changes));
            return new RecoveryResult(jobs, changes, reports, null);
        }
        catch (StorageException e)
        {
            return new RecoveryResult(jobs, changes, reports, StartupErrors.DescribeForCommandLine(StartupErrors.Translate(e)));
        }
    }

    private sealed class Recorder(List<string> jobs, List<string> changes) : IRecoveryTarget
    {
        public IReadOnlyList<byte[]> Load(IEnumerable<byte[]> stored, long length)
        {
            jobs.AddRange(stored.Select(Encoding.UTF8.GetString));
            return [];
        }

        public void Put(ReadOnlyMemory<byte> job, bool atEnd) =>
            changes.Add($"{(atEnd ? RecordKind.Add : RecordKind.Set)} {Encoding.UTF8.GetString(job.Span)}");

        public void Update(in JobDelta delta) => changes.Add(
            $"{RecordKind.Update} {delta.Uid} {delta.Before:x8} {delta.After:x8} {Encoding.UTF8.GetString(delta.Changes.Span)}");

        public void LoadRemoval(byte[] removal)
        {
        }

        public void Remember(byte[] answer) => changes.Add($"{RecordKind.Answer} {Encoding.UTF8.GetString(answer)}");

        public void Remove(string uid) => changes.Add($"{RecordKind.Remove} \"{uid}\"");

        public void Cover()
        {
        }

        public void Complete()
        {
        }
    }
}
