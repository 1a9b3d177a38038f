using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Jobs;

/// <summary>The four orderings against the model, with random sequences of everything that moves jobs.</summary>
[TestClass]
public sealed class OrderingTests
{
    private const int Steps = 600;

    private static readonly string[] Tags = ["gpu", "4k", "fast", "big one"];

    [TestMethod]
    [DataRow(JobOrdering.OldestFirst, 1)]
    [DataRow(JobOrdering.OldestFirst, 2)]
    [DataRow(JobOrdering.NewestFirst, 3)]
    [DataRow(JobOrdering.NewestFirst, 4)]
    [DataRow(JobOrdering.Priority, 5)]
    [DataRow(JobOrdering.Priority, 6)]
    [DataRow(JobOrdering.Random, 7)]
    [DataRow(JobOrdering.Random, 8)]
    public async Task Pickups_follow_the_model_list(JobOrdering ordering, int seed)
    {
        await using var server = await TestServer.Start(new ListenerOptions { Ordering = ordering });
        var model = new ModelJobs(ordering);
        var random = new Random(seed);
        for (var step = 0; step < Steps; step++)
        {
            var isEmpty = model.All.Count == 0;
            var uid = isEmpty ? "" : model.All[random.Next(model.All.Count)].Uid;
            switch (isEmpty ? 0 : random.Next(100))
            {
                case < 30:
                    await Create(server, model, random);
                    break;
                case < 60:
                    await PickUp(server, model, RandomTags(random), step);
                    break;
                case < 72:
                    await Change(server, model, uid, "\"state\":\"queued\"", job => job with { State = "queued" });
                    break;
                case < 80:
                    await Change(server, model, uid, "\"state\":\"finished\"", job => job with { State = "finished" });
                    break;
                case < 88:
                    var priority = random.Next(-2, 3);
                    await Change(server, model, uid, $"\"priority\":{priority}", job => job with { Priority = priority });
                    break;
                case < 93:
                    var tags = RandomTags(random);
                    await Change(server, model, uid, $"\"tags\":\"{string.Join(", ", tags)}\"", job => job with { Tags = tags });
                    break;
                case < 99:
                    (await server.Delete($"jobs/{uid}")).Expect(200, "true");
                    model.Remove(uid);
                    break;
                default:
                    await server.Restart();
                    break;
            }
        }

        var list = (await server.Get("jobs")).Expect(200).Json;
        CollectionAssert.AreEqual(
            model.All.Select(job => $"{job.Uid} {job.State} {job.Priority}").ToArray(),
            list.EnumerateArray()
                .Select(job => $"{job.GetProperty("uid")} {job.GetProperty("state")} {job.GetProperty("priority")}").ToArray());
        while (await PickUp(server, model, [], Steps)) { }
    }

    private static async Task Create(TestServer server, ModelJobs model, Random random)
    {
        // Few uids, so that those of finished jobs are used again.
        var job = new ModelJob($"job-{random.Next(80)}", RandomTags(random), random.Next(-2, 3), "queued");
        var existing = model.All.FirstOrDefault(other => other.Uid == job.Uid);
        var answer = await server.Post(Some.Job(job.Uid, string.Join(',', job.Tags), job.Priority));
        if (existing is null or { State: "finished" })
        {
            answer.Expect(200);
            model.Add(job);
        }
        else
        {
            answer.Expect(409);
        }
    }

    private static async Task<bool> PickUp(TestServer server, ModelJobs model, string[] tags, int step)
    {
        var candidates = model.Candidates(tags);
        var path = tags.Length == 0 ? "jobs/pickup" : $"jobs/pickup/{Uri.EscapeDataString(string.Join(',', tags))}";
        var answer = (await server.Get(path)).Expect(200);
        var uid = answer.Text == "{}" ? null : answer.Member("uid");
        if (candidates.Length == 0)
        {
            Assert.IsNull(uid, $"At step {step} there was no job for [{string.Join(',', tags)}].");
            return false;
        }

        Assert.Contains(uid, candidates.Select(job => job.Uid), $"At step {step} another job was due for [{string.Join(',', tags)}].");
        model.Change(uid!, job => job with { State = "picked" });
        return true;
    }

    private static async Task Change(TestServer server, ModelJobs model, string uid, string member, Func<ModelJob, ModelJob> change)
    {
        (await server.Put($"jobs/{uid}", $"{{{member}}}")).Expect(200);
        model.Change(uid, change);
    }

    private static string[] RandomTags(Random random) => Tags.Where(_ => random.Next(3) == 0).ToArray();
}
