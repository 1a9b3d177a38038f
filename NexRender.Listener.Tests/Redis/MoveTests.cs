using System.Text;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>Moving all jobs between a Redis and a database file from the command line.</summary>
[TestClass]
public sealed class MoveTests
{
    [TestMethod]
    public async Task Twenty_thousand_jobs_come_back_in_the_same_order_and_bytes()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        var content = Database(20_000);
        var file = folder.Write("database.js", content);
        var imported = await Run(redis.Url, "--import", file);
        Assert.AreEqual(0, imported.ExitCode, imported.Errors);
        Assert.AreEqual($"imported 20000 jobs of {file} into {redis.Url}/0\n", imported.Output);
        Assert.AreEqual(20_000L, await redis.Send("ZCARD", "nexrender:order"));
        var exported = await Run(redis.Url, "--export", folder.File("new/exported.js"));
        Assert.AreEqual(0, exported.ExitCode, exported.Errors);
        Assert.AreEqual($"exported 20000 jobs of {redis.Url}/0 to {folder.File("new/exported.js")}\n", exported.Output);
        Assert.AreEqual(content, await File.ReadAllTextAsync(folder.File("new/exported.js")));
        Assert.AreEqual(content, await File.ReadAllTextAsync(file));
    }

    [TestMethod]
    public async Task What_is_in_the_journal_and_in_the_files_beside_it_moves_too()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        var (source, copy) = (folder.File("database.js"), folder.File("copy.js"));
        string jobs;
        await using (var server = await FarmServer.OnFile(source))
        {
            foreach (var uid in new[] { "a", "b", "c" }) (await server.Create(uid)).Expect(200);
            (await server.Client.Json("POST", "jobs", Some.Job("keyed"), ("Idempotency-Key", "key"))).Expect(200);
            (await server.Client.Send("DELETE", "jobs/b")).Expect(200);
            (await server.Client.Send("PATCH", "jobs/c/pause")).Expect(200);
            (await server.Client.Send("PATCH", "queue/pause")).Expect(200);
            jobs = (await server.Get("jobs")).Text;
            server.Process.Kill();
        }
        Assert.AreEqual(0, (await Run(redis.Url, "--import", source)).ExitCode);
        await using (var server = await FarmServer.StartLeader(redis.Url)) await IsTheSame(server);
        Assert.AreEqual(0, (await Run(redis.Url, "--export", copy)).ExitCode);
        await using (var server = await FarmServer.OnFile(copy)) await IsTheSame(server);

        async Task IsTheSame(FarmServer server)
        {
            Assert.AreEqual(jobs, (await server.Get("jobs")).Expect(200).Text);
            Assert.IsTrue((await server.Get("queue")).Json.GetProperty("paused").GetBoolean());
            // A late report about a removed job is not refused, and a repeated submission creates nothing.
            (await server.Client.Json("PUT", "jobs/b", """{"state":"finished","startedAt":"2024-01-01T00:00:00.000Z"}""")).Expect(200);
            (await server.Client.Json("POST", "jobs", Some.Job("keyed"), ("Idempotency-Key", "key"))).Expect(200);
            Assert.AreEqual(jobs, (await server.Get("jobs")).Expect(200).Text);
        }
    }

    [TestMethod]
    public async Task A_file_of_the_original_server_is_imported_with_the_last_job_of_each_uid()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        var file = folder.Write("database.js", """[{"uid":"b","state":"x"},{"uid":"a","state":"queued"}, {"uid":"b","state":"queued"}]""");
        var imported = await Run(redis.Url, "--import", file);
        Assert.AreEqual(0, imported.ExitCode, imported.Errors);
        Assert.Contains("imported 2 jobs", imported.Output);
        Assert.Contains("1 were left out", imported.Output);
        await using var store = await RedisStore.Open(redis.Url);
        Assert.AreEqual("a b", await store.Uids());
    }

    [TestMethod]
    [DataRow("job00000")]
    [DataRow("job01000")]
    [DataRow("\r\nswitch\r\n")]
    [DataRow("nexrender:hooks")]
    public async Task An_import_that_is_killed_leaves_a_Redis_that_no_server_uses_until_it_is_repeated(string moment)
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        await using var proxy = new CuttingProxy(redis.Port);
        var content = Database(2000);
        var file = folder.Write("database.js", content);
        var held = proxy.HoldAt(moment);
        await using (var import = ServerProcess.Launch([$"--store={proxy.Url}", "--import", file, "--lead-timeout=1s"]))
        {
            await held.WaitAsync(Eventually.Deadline);
            import.Kill();
        }
        proxy.Cut();
        string[] serve = [$"--port={Ports.Free()}", "--host=127.0.0.1", $"--store={redis.Url}", "--lead-timeout=1s"];
        await Eventually.True(async () => await redis.Send("EXISTS", "nexrender:leader") is 0L, "nobody leads");
        (await ServerProcess.Run(serve)).ExpectRefusal(1, "an import", "was interrupted", "--import");
        (await Run(redis.Url, "--export", folder.File("exported.js"))).ExpectRefusal(1, "an import", "was interrupted");
        Assert.IsFalse(File.Exists(folder.File("exported.js")));
        Assert.AreEqual(0, (await Run(redis.Url, "--import", file)).ExitCode);
        Assert.AreEqual(0, (await Run(redis.Url, "--export", folder.File("exported.js"))).ExitCode);
        Assert.AreEqual(content, await File.ReadAllTextAsync(folder.File("exported.js")));
    }

    [TestMethod]
    public async Task A_repeated_import_of_another_file_keeps_nothing_of_the_first_one()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        await using var proxy = new CuttingProxy(redis.Port);
        var held = proxy.HoldAt("job01000");
        string[] first = [$"--store={proxy.Url}", "--import", folder.Write("first.js", Database(2000)), "--lead-timeout=1s"];
        await using (var import = ServerProcess.Launch(first))
        {
            await held.WaitAsync(Eventually.Deadline);
            import.Kill();
        }
        var other = folder.Write("other.js", """[{"uid":"a","state":"queued"}]""");
        Assert.AreEqual(0, (await Run(redis.Url, "--import", other)).ExitCode);
        Assert.AreEqual("1", $"{await redis.Send("ZCARD", "nexrender:order")}");
        await using var store = await RedisStore.Open(redis.Url);
        Assert.AreEqual("a", await store.Uids());
    }

    [TestMethod]
    public async Task Nothing_moves_while_a_server_leads()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        await using var leader = await FarmServer.StartLeader(redis.Url);
        var file = folder.Write("database.js", Database(1));
        (await Run(redis.Url, "--import", file)).ExpectRefusal(1, "a server leads on redis://", "stop all servers");
        (await Run(redis.Url, "--export", folder.File("exported.js"))).ExpectRefusal(1, "a server leads on redis://");
        Assert.IsFalse(File.Exists(folder.File("exported.js")));
        Assert.AreEqual("", await leader.Uids());
    }

    [TestMethod]
    public async Task Jobs_that_are_in_Redis_already_are_not_replaced()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        await redis.Send("SET", "nexjob:a", """{"uid":"a","state":"queued"}""");
        (await Run(redis.Url, "--import", folder.Write("database.js", Database(1)))).ExpectRefusal(1, "has jobs");
        Assert.AreEqual("""{"uid":"a","state":"queued"}""", await redis.Send("GET", "nexjob:a"));
        Assert.AreEqual(0L, await redis.Send("EXISTS", "nexrender:order", "nexrender:import", "nexrender:leader"));
    }

    [TestMethod]
    [DataRow("""[{"uid":"a"},{"state":"queued"}]""", "job 2 has no uid")]
    [DataRow("""[{"uid":"a"},{"uid":"b",]""", "line 1, column")]
    [DataRow("""{"uid":"a"}""", "not a JSON array")]
    [DataRow(null, "there is no database")]
    public async Task A_file_that_cannot_be_read_changes_nothing_in_Redis(string? content, string reason)
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        var file = content is null ? folder.File("database.js") : folder.Write("database.js", content);
        (await Run(redis.Url, "--import", file)).ExpectRefusal(1, reason);
        Assert.AreEqual(0L, await redis.Send("DBSIZE"));
    }

    [TestMethod]
    [DataRow("exported.js", "[]")]
    [DataRow("exported.js.journal", "")]
    public async Task An_export_replaces_no_database(string name, string content)
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        var there = folder.Write(name, content);
        (await Run(redis.Url, "--export", folder.File("exported.js"))).ExpectRefusal(1, "there is a database");
        Assert.AreEqual(content, await File.ReadAllTextAsync(there));
    }

    [TestMethod]
    public async Task A_file_that_a_server_uses_is_not_imported()
    {
        using var folder = new TempFolder();
        await using var redis = await RedisServer.Start();
        await using var server = await FarmServer.OnFile(folder.File("database.js"));
        (await Run(redis.Url, "--import", folder.File("database.js"))).ExpectRefusal(1, "in use by another server");
        Assert.AreEqual(0L, await redis.Send("DBSIZE"));
    }

    private static Task<ProcessResult> Run(string redis, string command, string file) =>
        ServerProcess.Run([$"--store={redis}", command, file, "--lead-timeout=1s"]);

    private static string Database(int jobs)
    {
        var text = new StringBuilder();
        for (var i = 0; i < jobs; i++)
        {
            text.Append(i == 0 ? "[\n" : ",\n");
            text.Append($$"""{"uid":"job{{i:d5}}","state":"queued","template":{{Some.Template}},"n":{{i}}.50,"note":"Grüße 中"}""");
        }
        return text.Append("\n]\n").ToString();
    }
}
