using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The server, killed while it removes jobs that ended long ago.</summary>
[TestClass]
public sealed class SweepKillTests
{
    private const int Expired = 6_000, Others = 50, AtOnce = 64, MaxKills = 100;

    [TestMethod]
    public async Task Killed_during_a_sweep_it_has_removed_whole_commits_and_the_next_run_continues()
    {
        using var folder = new TempFolder();
        var database = folder.Write("database.js", Database());
        var (left, interrupted) = (Expired, 0);
        for (var kill = 1; kill <= MaxKills && left > 0; kill++)
        {
            await using (var server = await Victim.Start(database, program: SweepingServer.Program))
            {
                await WaitForRemoval(server, left);
                server.Kill();
                await server.Process.WaitForExit();
            }
            // Without a sweep of its own, so that it shows what was durable.
            await using var reader = await Victim.Start(database);
            var kept = await Kept(reader);
            Assert.IsLessThan(left, kept, "The sweep did not continue.");
            Assert.IsTrue(kept == 0 || (Expired - kept) % AtOnce == 0, $"{Expired - kept} jobs are gone, not whole commits.");
            (left, interrupted) = (kept, interrupted + (kept > 0 ? 1 : 0));
        }
        Assert.AreEqual(0, left);
        Assert.IsGreaterThan(0, interrupted, "No sweep was interrupted, so nothing is proved.");
    }

    // Asked from other requests, so that the kill comes in the midst of commits.
    private static async Task WaitForRemoval(Victim server, int left)
    {
        var random = Random.Shared.Next(1, 20) * AtOnce;
        await Eventually.True(async () => await Count(server) <= Math.Max(0, left - random), "some of the jobs are removed");
    }

    private static async Task<int> Count(Victim server)
    {
        var stats = (await server.Client.Send("GET", "stats")).Expect(200).Json;
        return stats.GetProperty("jobs").GetProperty("byState").TryGetProperty("finished", out var count) ? count.GetInt32() - Others : 0;
    }

    // Those that were to be removed and are not; the others must all be there, and be what they were.
    private static async Task<int> Kept(Victim server)
    {
        var jobs = (await server.Client.Send("GET", "jobs")).Expect(200).Json.EnumerateArray().ToList();
        var others = jobs.Where(job => !job.GetProperty("uid").GetString()!.StartsWith("old", StringComparison.Ordinal)).ToList();
        Assert.HasCount(2 * Others, others);
        foreach (var job in others) Assert.AreEqual(Filler, job.GetProperty("filler").GetString());
        var numbers = jobs.Except(others).Select(job => int.Parse(job.GetProperty("uid").GetString()![3..])).ToList();
        // In the order of their creation, each commit removes the next ones.
        CollectionAssert.AreEqual(Enumerable.Range(Expired - numbers.Count, numbers.Count).ToList(), numbers);
        return numbers.Count;
    }

    private static string Filler { get; } = new('x', 300);

    private static string Database()
    {
        var old = Enumerable.Range(0, Expired).Select(number => Stored($"old{number}", "finished", "2020-01-01T00:00:00.000Z"));
        var queued = Enumerable.Range(0, Others).Select(number => Stored($"queued{number}", "queued", "2020-01-01T00:00:00.000Z"));
        var recent = Enumerable.Range(0, Others).Select(number => Stored($"recent{number}", "finished", Now()));
        return $"[{string.Join(",\n", old.Concat(queued).Concat(recent))}]";
    }

    private static string Now() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

    private static string Stored(string uid, string state, string time) => Some.Job(
        uid, state: state, members: $"\"filler\":\"{Filler}\",\"createdAt\":\"{time}\",\"updatedAt\":\"{time}\"");
}
