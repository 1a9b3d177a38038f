using System.Collections.Concurrent;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Jobs;

/// <summary>Many clients at once.</summary>
[TestClass]
public sealed class ConcurrencyTests
{
    private const int Workers = 32;
    private const int Jobs = 320;

    [TestMethod]
    [DataRow(JobOrdering.OldestFirst)]
    [DataRow(JobOrdering.NewestFirst)]
    [DataRow(JobOrdering.Random)]
    [DataRow(JobOrdering.Priority)]
    public async Task Thirty_two_workers_take_every_job_exactly_once(JobOrdering ordering)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = ordering });
        var picked = new ConcurrentBag<string>();
        var submitted = 0;
        // They begin before the first job is there and end when all are taken.
        var workers = Enumerable.Range(0, Workers).Select(async number =>
        {
            // Every second one takes only the even jobs.
            var path = number % 2 == 0 ? "jobs/pickup/even" : "jobs/pickup";
            for (var n = 0; ; n++)
            {
                // A worker that asks again before it has begun would lose its job.
                var name = $"worker-{number}-{n}";
                var isLast = Volatile.Read(ref submitted) == Jobs;
                var job = (await server.Get(path, ("nexrender-name", name))).Expect(200);
                if (job.Text == "{}" && isLast) return;
                if (job.Text == "{}") continue;
                Assert.AreEqual(name, job.Member("executor"));
                if (number % 2 == 0) Assert.AreEqual("even", job.Member("tags"));
                picked.Add(job.Member("uid"));
            }
        }).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async lane =>
        {
            for (var i = lane; i < Jobs; i += 4)
            {
                (await server.Post(Some.Job($"job-{i}", i % 2 == 0 ? "even" : "odd", i % 3))).Expect(200);
                Interlocked.Increment(ref submitted);
            }
        }));
        await Task.WhenAll(workers);
        Assert.HasCount(Jobs, picked);
        Assert.HasCount(Jobs, picked.Distinct().ToArray());
        foreach (var job in (await server.Get("jobs")).Expect(200).Json.EnumerateArray())
            Assert.AreEqual("picked", job.GetProperty("state").GetString());
    }

    [TestMethod]
    public async Task Only_one_of_many_concurrent_submissions_of_a_uid_succeeds()
    {
        await using var server = await TestServer.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, Workers).Select(i => server.Post(Some.Job("a", members: $"\"from\":{i}"))));
        var winner = answers.Single(answer => answer.Status == 200);
        Assert.HasCount(Workers - 1, answers.Where(answer => answer.Status == 409).ToArray());
        Assert.AreEqual($"[{winner.Text}]", (await server.Get("jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task No_concurrent_update_is_lost()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async lane =>
        {
            for (var i = 0; i < 10; i++) (await server.Put("jobs/a", $$"""{"key-{{lane}}-{{i}}":{{i}}}""")).Expect(200);
        }));
        var job = (await server.Get("jobs/a")).Expect(200);
        for (var lane = 0; lane < Workers; lane++)
            for (var i = 0; i < 10; i++) Assert.AreEqual($"{i}", job.Raw($"key-{lane}-{i}"));
    }

    [TestMethod]
    public async Task Only_one_of_many_concurrent_removals_reports_success()
    {
        await using var server = await TestServer.Start();
        (await server.Post(Some.Job("a"))).Expect(200);
        var answers = await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => server.Delete("jobs/a")));
        Assert.HasCount(1, answers.Where(answer => answer.Expect(200).Raw("removed") == "true").ToArray());
    }
}
