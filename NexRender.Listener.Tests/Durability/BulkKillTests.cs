using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Durability;

/// <summary>The real server, killed while it changes many jobs.</summary>
[TestClass]
public sealed class BulkKillTests
{
    private const int Rounds = 25, Jobs = 2_000;

    [TestMethod]
    public async Task Killed_during_changes_of_many_jobs_it_has_made_each_of_them_or_not()
    {
        using var folder = new TempFolder();
        var database = folder.File("database.js");
        var (acknowledged, isCreated) = (0, false);
        for (var round = 1; round <= Rounds; round++)
        {
            await using var server = await Victim.Start(database);
            var jobs = (await server.Client.Send("GET", "jobs")).Expect(200).Json.EnumerateArray().ToList();
            if (isCreated || jobs.Count > 0) Assert.HasCount(Jobs, jobs, $"Before round {round}.");
            var states = jobs.Select(job => job.GetProperty("state").GetString()).Distinct().ToList();
            Assert.IsLessThanOrEqualTo(1, states.Count, $"Before round {round}: {string.Join(", ", states)}");
            var killing = KillSoon(server);
            while (await Next(server, jobs.Count > 0 || isCreated) is { } answer)
            {
                answer.Expect(200);
                (acknowledged, isCreated) = (acknowledged + 1, true);
            }
            await killing;
        }
        Assert.IsGreaterThan(Rounds / 2, acknowledged, "The changes did not get far enough to prove anything.");
    }

    // A random moment on purpose: no event announces what the server is doing.
    private static async Task KillSoon(Victim server)
    {
        await Task.Delay(Random.Shared.Next(20, 700));
        server.Kill();
    }

    // Each of these changes all jobs, whatever state they are in: they are paused or queued before, and cancelled or queued after.
    private static async Task<Answer?> Next(Victim server, bool isCreated)
    {
        try
        {
            if (!isCreated) return await server.Client.Json("POST", "jobs", Array());
            string[] actions = ["pause", "resume", "cancel", "retry"];
            return await server.Client.Send("PATCH", $"jobs/{actions[Random.Shared.Next(actions.Length)]}?all=true");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string Array()
    {
        var members = $"\"filler\":\"{new string('x', 1_000)}\"";
        return $"[{string.Join(',', Enumerable.Range(0, Jobs).Select(n => Some.Job($"job{n}", members: members)))}]";
    }
}
