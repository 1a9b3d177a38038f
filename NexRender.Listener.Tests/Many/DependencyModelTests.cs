using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Many;

/// <summary>Random lives of jobs that depend on each other, beside a plain model.</summary>
[TestClass]
public sealed class DependencyModelTests
{
    private const int Steps = 250;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public async Task Jobs_wait_end_and_wake_as_in_the_model(int seed)
    {
        await using var server = await TestServer.Start();
        var (model, random, created) = (new DependencyModel(), new Random(seed), 0);
        for (var step = 0; step < Steps; step++)
        {
            var uids = model.Uids.ToArray();
            var what = await Step(server, model, random, uids, ref created);
            var jobs = (await server.Get("jobs")).Json.EnumerateArray().Select(job =>
                $"{job.GetProperty("uid")}={job.GetProperty("state")}"
                + (job.TryGetProperty("failedDependency", out var failed) ? failed.GetString() : null));
            Assert.AreEqual(model.States, string.Join(' ', jobs), $"seed {seed}, step {step}: {what}");
        }
    }

    private static Task<string> Step(TestServer server, DependencyModel model, Random random, string[] uids, ref int created)
    {
        if (uids.Length < 4 || random.Next(4) == 0)
        {
            var dependsOn = uids.Length == 0 ? [] : random.GetItems(uids, random.Next(4)).Distinct().ToArray();
            return Create(server, model, $"j{created++}", dependsOn);
        }

        var uid = uids[random.Next(uids.Length)];
        return random.Next(12) switch
        {
            0 => Restart(server),
            1 => Remove(server, model, uid),
            2 or 3 => Cancel(server, model, uid),
            4 or 5 => Retry(server, model, uid),
            6 => End(server, model, uid, "error"),
            _ => End(server, model, uid, "finished"),
        };
    }

    private static async Task<string> Create(TestServer server, DependencyModel model, string uid, string[] dependsOn)
    {
        var member = $"\"dependsOn\":[{string.Join(',', dependsOn.Select(Some.Quoted))}]";
        (await server.Post(Some.Job(uid, members: member))).Expect(200);
        model.Create(uid, dependsOn);
        return $"create {uid}, {member}";
    }

    private static async Task<string> Restart(TestServer server)
    {
        await server.Restart();
        return "restart";
    }

    private static async Task<string> Remove(TestServer server, DependencyModel model, string uid)
    {
        (await server.Delete($"jobs/{uid}")).Expect(200);
        model.Remove(uid);
        return $"remove {uid}";
    }

    private static async Task<string> Cancel(TestServer server, DependencyModel model, string uid)
    {
        var isAllowed = model.StateOf(uid) is not ("finished" or "error");
        (await server.Send("PATCH", $"jobs/{uid}/cancel")).Expect(isAllowed ? 200 : 409);
        if (isAllowed) model.Cancel(uid);
        return $"cancel {uid}";
    }

    private static async Task<string> Retry(TestServer server, DependencyModel model, string uid)
    {
        var isAllowed = model.Retry(uid);
        (await server.Send("PATCH", $"jobs/{uid}/retry")).Expect(isAllowed ? 200 : 409);
        return $"retry {uid}";
    }

    // Only a job that is queued can begin, and so end.
    private static async Task<string> End(TestServer server, DependencyModel model, string uid, string state)
    {
        if (model.StateOf(uid) != "queued") return "nothing";
        (await server.Put($"jobs/{uid}", $$"""{"state":"{{state}}"}""")).Expect(200);
        model.Set(uid, state);
        return $"{state} {uid}";
    }
}
