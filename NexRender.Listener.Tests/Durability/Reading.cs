using System.Text;
using NexRender.Listener.Jobs;
using NexRender.Listener.Storage.Files;
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
            new Recovery(new DatabasePaths(database), new QuickDisk(), reports.Add).Read(
                stored => jobs.AddRange(stored.Select(Encoding.UTF8.GetString)),
                (kind, payload) => changes.Add($"{kind} {Encoding.UTF8.GetString(payload.Span)}"));
            return new Reading(jobs, changes, reports, null);
        }
        catch (StartupException e)
        {
            return new Reading(jobs, changes, reports, e.Message);
        }
    }
}
