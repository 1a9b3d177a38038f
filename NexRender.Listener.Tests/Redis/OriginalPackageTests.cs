using System.Text.Json;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>The same Redis with the unmodified package that nexrender-server uses: jobs move here and back by a restart.</summary>
[TestClass]
public sealed class OriginalPackageTests
{
    private const string Package = "@nexrender/database-redis@1.60.10";

    [TestMethod]
    public async Task Jobs_of_the_original_server_are_served_and_it_reads_them_again()
    {
        await using var redis = await RedisServer.Start();
        await Run(redis, """
            for (const uid of ['z', 'y', 'x']) {
                await database.insert({ uid, state: 'queued', template: { src: 'file:///a.aep', composition: 'main' } })
                await new Promise(resolve => setTimeout(resolve, 5))
            }
            """);
        await using (var server = await FarmServer.StartLeader(redis.Url))
        {
            Assert.AreEqual("z y x", await server.Uids());
            Assert.AreEqual("z", (await server.Get("jobs/pickup")).Expect(200).Json.GetProperty("uid").GetString());
            (await server.Client.Send("DELETE", "jobs/y")).Expect(200);
            (await server.Create("w")).Expect(200);
            Assert.AreEqual(0, await server.Process.Terminate(), server.Process.Errors.Text);
        }
        var jobs = JsonDocument.Parse(await Run(redis, "console.log(JSON.stringify(await database.fetch()))")).RootElement;
        var states = jobs.EnumerateArray().Select(job => $"{job.GetProperty("uid")} {job.GetProperty("state")}").Order();
        Assert.AreEqual("w queued, x queued, z picked", string.Join(", ", states));
    }

    [TestMethod]
    public async Task A_start_after_the_original_server_has_changed_jobs_says_so_and_needs_the_takeover()
    {
        await using var redis = await RedisServer.Start();
        await using (var server = await FarmServer.StartLeader(redis.Url))
        {
            (await server.Create("a")).Expect(200);
            (await server.Create("b")).Expect(200);
            Assert.AreEqual(0, await server.Process.Terminate(), server.Process.Errors.Text);
        }
        await Run(redis, "await database.update('a', { state: 'error' })");
        var refused = await ServerProcess.Run([$"--port={Ports.Free()}", "--host=127.0.0.1", $"--store={redis.Url}"]);
        refused.ExpectRefusal(1, "another program has changed 1 job", "(a)", "--takeover");
        await using var taken = await FarmServer.StartLeader(redis.Url, "--takeover");
        Assert.AreEqual("a b", await taken.Uids());
        Assert.AreEqual("error", (await taken.Get("jobs/a")).Json.GetProperty("state").GetString());
    }

    // The package connects when it is loaded, and has no way to disconnect.
    private static async Task<string> Run(RedisServer redis, string script)
    {
        var node = await NodeRunner.With(Package);
        return await node.Run(
            $$"""
            process.env.REDIS_URL = process.argv[1]
            const database = require('@nexrender/database-redis')
            ;(async () => {
                {{script}}
            })().then(() => process.exit(0), problem => { console.error(problem); process.exit(1) })
            """,
            redis.Url);
    }
}
