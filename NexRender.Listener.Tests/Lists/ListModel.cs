using System.Text.Json;

namespace NexRender.Listener.Tests.Lists;

/// <summary>Random jobs and random queries, and what a query must return, said in the plainest way.</summary>
internal sealed class ListModel(Random random)
{
    private static readonly string[] States = ["queued", "picked", "paused", "started", "render:dorender", "finished", "error"];
    private static readonly string[] Tags = ["4k", "gpu", "fast", "mac"];
    private static readonly string[] Workers = ["w1", "w2", "w3"];
    private static readonly DateTimeOffset Day = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<ModelEntry> _jobs = [];

    /// <summary>Makes jobs and returns them as a database.</summary>
    public string Database(int jobs)
    {
        for (var i = 0; i < jobs; i++)
        {
            var tags = Tags.Where(_ => random.Next(3) == 0).ToArray();
            _jobs.Add(new ModelEntry(
                $"job-{i}", Pick(States), tags, Pick(Workers), random.Next(4), Day.AddHours(i), Day.AddMinutes(random.Next(100_000)), i));
        }
        return JsonSerializer.Serialize(_jobs.Select(job => new
        {
            uid = job.Uid,
            state = job.State,
            tags = string.Join(',', job.Tags),
            executor = job.Executor,
            priority = job.Priority,
            createdAt = Text(job.CreatedAt),
            updatedAt = Text(job.UpdatedAt),
            template = new { src = $"file:///{job.Uid}.aep", composition = "main" },
        }));
    }

    /// <summary>Makes a query and what it must return.</summary>
    public ModelQuery RandomQuery()
    {
        var parts = new List<string>();
        IEnumerable<ModelEntry> jobs = _jobs;
        void Filter(string part, Func<ModelEntry, bool> matches)
        {
            if (random.Next(3) != 0) return;
            parts.Add(part);
            jobs = jobs.Where(matches).ToList();
        }

        string[] states = [Pick(States), Pick(States)];
        var (excluded, tag, worker, digit) = (Pick(States), Pick(Tags), Pick(Workers), random.Next(10).ToString());
        var (from, since) = (Day.AddHours(random.Next(300)), Day.AddMinutes(random.Next(100_000)));
        Filter($"states={string.Join(',', states.Distinct())}", job => states.Contains(job.State));
        Filter($"exclude_states={excluded}", job => job.State != excluded);
        Filter($"tags={tag}", job => job.Tags.Contains(tag));
        Filter($"executor={worker}", job => job.Executor == worker);
        Filter($"from_date={Text(from)}", job => job.CreatedAt >= from);
        Filter($"updated_since={Text(since)}", job => job.UpdatedAt >= since);
        Filter($"q=b-{digit}", job => job.Uid.Contains($"b-{digit}"));
        var matches = jobs.ToList();
        var sorted = Sort(parts, matches);
        var (offset, limit) = (random.Next(20), random.Next(1, 50));
        parts.Add($"from={offset}");
        parts.Add($"limit={limit}");
        return new ModelQuery(string.Join('&', parts), [.. sorted.Skip(offset).Take(limit).Select(job => job.Uid)], matches.Count);
    }

    private IEnumerable<ModelEntry> Sort(List<string> parts, List<ModelEntry> jobs)
    {
        var sort = Pick(["oldest_first", "newest_first", "priority", "updated"]);
        parts.Add($"sort={sort}");
        return sort switch
        {
            "oldest_first" => jobs.OrderBy(job => job.Order),
            "newest_first" => jobs.OrderByDescending(job => job.Order),
            "priority" => jobs.OrderByDescending(job => job.Priority).ThenBy(job => job.Order),
            _ => jobs.OrderByDescending(job => job.UpdatedAt).ThenByDescending(job => job.Order),
        };
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];

    private sealed record ModelEntry(
        string Uid, string State, string[] Tags, string Executor, int Priority, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
        int Order);
}
