using System.Collections.Concurrent;
using System.Text.Json;
using NexRender.Listener.Tests.Durability.Harness;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>Watchers that break off and come back see each change of their filter once, and never one that is not durable.</summary>
[TestClass]
public sealed class EventLifeTests
{
    private const int Watchers = 50;
    private const int Rounds = 400;

    [TestMethod]
    public async Task Fifty_watchers_that_break_off_and_come_back_see_each_change_of_their_filter_once()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 5; i++) await server.Post(Some.Job($"j{i}"));
        using var all = await EventReader.Open(server.Port, "?types=job");
        await all.Expect("hello");
        var started = new CountdownEvent(Watchers);
        var watchers = Enumerable.Range(0, Watchers).Select(i => Task.Run(() => Watch(server.Port, i, started))).ToList();
        started.Wait(Eventually.Deadline);
        await Parallel.ForAsync(0, Rounds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await Change(server, i));
        (await server.Post(Some.Job("end"))).Expect(200);
        var expected = new List<(string Uid, long Sequence)>();
        for (var next = await all.NextChange(); next.Uid != "end"; next = await all.NextChange()) expected.Add(next);
        Assert.AreEqual(expected.Count, expected.Distinct().Count());
        CollectionAssert.AreEqual(expected.Order(Comparer<(string, long)>.Create((a, b) => a.Item2.CompareTo(b.Item2))).ToList(), expected);
        for (var i = 0; i < Watchers; i++)
        {
            var seen = await watchers[i].WaitAsync(Eventually.Deadline);
            var mine = expected.Where(change => i % 2 == 0 || change.Uid == $"j{i % 5}").ToList();
            CollectionAssert.AreEqual(mine, seen, $"Watcher {i} saw {seen.Count} of {mine.Count} changes.");
        }
    }

    [TestMethod]
    public async Task Under_kill_no_event_is_about_a_change_that_is_not_there_after_the_restart()
    {
        using var folder = new TempFolder();
        for (var round = 0; round < 8; round++)
        {
            var told = new ConcurrentDictionary<string, int>();
            await using (var server = await Victim.Start(folder.File("database.js")))
            {
                using var events = await EventReader.Open(server.Port, "?types=job");
                await events.Expect("hello");
                var reading = Task.Run(() => Collect(events, told));
                using var stop = new CancellationTokenSource();
                var load = Enumerable.Range(0, 4).Select(i => Task.Run(() => Load(server.Client, $"r{round}-{i}", stop.Token))).ToList();
                await Eventually.True(() => told.Values.Sum() > 200, "events were seen");
                server.Process.Kill();
                await stop.CancelAsync();
                await Task.WhenAll([reading, .. load]);
            }

            await using var again = await Victim.Start(folder.File("database.js"));
            foreach (var (uid, n) in told)
            {
                var job = (await again.Client.Send("GET", $"jobs/{uid}")).Expect(200);
                Assert.IsGreaterThanOrEqualTo(n, int.Parse(job.Raw("renderProgress")), $"Round {round}: an event told more of {uid}.");
            }
        }
    }

    // Odd ones watch one job, even ones all of them; each breaks off after a few events, now and then in the middle of the line.
    private static async Task<List<(string Uid, long Sequence)>> Watch(int port, int number, CountdownEvent started)
    {
        var random = new Random(number);
        var query = number % 2 == 0 ? "?types=job" : $"?uid=j{number % 5},end&types=job";
        var seen = new List<(string, long)>();
        string? last = null;
        while (true)
        {
            using var events = await EventReader.Open(port, query, last);
            await events.Expect("hello");
            last = events.LastId;
            if (started.CurrentCount > 0 && seen.Count == 0) started.Signal();
            for (var left = random.Next(1, 20); left > 0; left--)
            {
                var next = await events.NextChange();
                last = events.LastId;
                if (next.Uid == "end") return seen;
                seen.Add(next);
            }
        }
    }

    private static async Task Change(TestServer server, int i)
    {
        var uid = $"j{i % 5}";
        if (i % 7 == 0) await server.Send("PATCH", $"jobs/{uid}/pause");
        else if (i % 7 == 1) await server.Send("PATCH", $"jobs/{uid}/resume");
        else if (i % 11 == 0) await server.Get("jobs/pickup", ("nexrender-name", $"w{i % 3}"));
        else (await server.Put($"jobs/{uid}", $"{{\"n\":{i}}}")).Expect(200);
    }

    private static async Task Collect(EventReader events, ConcurrentDictionary<string, int> told)
    {
        try
        {
            while (await events.Next() is var (_, data))
                told[data.GetProperty("uid").GetString()!] = data.GetProperty("renderProgress").GetInt32();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or JsonException)
        {
            // The server was killed.
        }
    }

    private static async Task Load(TestClient client, string uid, CancellationToken stop)
    {
        try
        {
            await client.Json("POST", "jobs", Some.Job(uid));
            for (var n = 1; !stop.IsCancellationRequested; n++) await client.Json("PUT", $"jobs/{uid}", $"{{\"renderProgress\":{n}}}");
        }
        catch (HttpRequestException)
        {
            // The server was killed.
        }
    }
}
