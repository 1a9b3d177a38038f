using System.Diagnostics;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>Leaders that drop out again and again while unmodified clients submit and render.</summary>
[TestClass]
public sealed class FailoverTests
{
    // NEXRENDER_TEST_FAILOVERS chooses another number of rounds, such as 300.
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("NEXRENDER_TEST_FAILOVERS"), out var rounds) ? rounds : 9;

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task A_leader_that_is_killed_paused_or_cut_off_under_load_loses_nothing_and_hands_out_nothing_twice()
    {
        await using var redis = await RedisServer.Start();
        await using var first = new Machine(redis);
        await using var second = new Machine(redis);
        await first.Start();
        await second.Start();
        await using var clients = await UnmodifiedClients.Start(first.Url, second.Url);
        var (leader, standby) = (first, second);
        var times = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            await leader.Leads();
            await standby.Follows(leader);
            // A random moment on purpose: no event announces what the server is doing.
            await Task.Delay(Random.Shared.Next(5, 400));
            times.Add(await DropOut(leader, standby, (Fault)(round % 3), round));
            (leader, standby) = (standby, leader);
        }
        var result = await clients.Stop();
        times.Sort();
        TestContext.WriteLine($"{Rounds} rounds, first answer after {times[times.Count / 2]} (median), {times[^1]} (longest); {result}");
        Assert.AreEqual("[]", result.GetProperty("wrong").GetRawText());
        Assert.IsGreaterThan(Rounds, result.GetProperty("finished").GetInt32(), "The load did not get far enough to prove anything.");
        var jobs = (await leader.Client.Send("GET", "jobs?fields=uid")).Text;
        for (var round = 0; round < Rounds; round++) Assert.Contains($"\"probe{round}\"", jobs);
    }

    // Returns the time from the fault to the first answer to a submission at the other server.
    private static async Task<TimeSpan> DropOut(Machine leader, Machine standby, Fault fault, int round)
    {
        var began = Stopwatch.GetTimestamp();
        leader.Begin(fault);
        Answer answer;
        do answer = await standby.Client.Json("POST", "jobs", Some.Job($"probe{round}"));
        while (answer.Status == 503);
        var time = Stopwatch.GetElapsedTime(began);
        // One that was carried out although its answer was 503 is refused when it is sent again.
        Assert.IsTrue(answer.Status is 200 or 409, $"{answer.Status} {answer.Text}");
        await standby.Leads();
        if (fault == Fault.Pause && Rounds > 9 && round % 30 == 1) await Task.Delay(TimeSpan.FromSeconds(10));
        await leader.End(fault);
        return time;
    }
}
