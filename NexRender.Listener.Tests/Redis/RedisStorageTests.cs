using System.Diagnostics;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Changes;
using NexRender.Listener.Storage;
using NexRender.Listener.Tests.Redis.Fixtures;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Redis;

/// <summary>The jobs over a real Redis: what is acknowledged is there, and what is refused is not.</summary>
[TestClass]
public sealed class RedisStorageTests
{
    [TestMethod]
    public async Task A_recovered_store_shows_the_same_jobs_in_the_same_order()
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url))
        {
            foreach (var uid in new[] { "a", "b", "c", "d" }) Assert.IsNull((await store.Create(uid)).Refusal);
            await store.Jobs.RemoveAsync("b", "test");
            await store.Create("b");
            await store.Jobs.PauseAsync("c", "test");
            Assert.AreEqual("a c d b", await store.Uids());
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        Assert.AreEqual("a c d b", await recovered.Uids());
        Assert.AreEqual(JobState.Paused, (await recovered.Jobs.FindAsync("c"))?.State);
    }

    [TestMethod]
    public async Task A_job_is_readable_JSON_in_the_key_of_the_original_server()
    {
        await using var redis = await RedisServer.Start();
        await using var store = await RedisStore.Open(redis.Url);
        await store.Create("a");
        var stored = (string)(await redis.Send("GET", "nexjob:a"))!;
        Assert.AreEqual("a", System.Text.Json.JsonDocument.Parse(stored).RootElement.GetProperty("uid").GetString());
    }

    [TestMethod]
    public async Task Jobs_of_the_original_server_are_adopted_in_the_order_of_their_creation()
    {
        await using var redis = await RedisServer.Start();
        await redis.Send("SET", "nexjob:b", """{"uid":"b","state":"queued","createdAt":"2024-01-02T00:00:00.000Z"}""");
        await redis.Send("SET", "nexjob:a", """{"uid":"a","state":"queued","createdAt":"2024-01-03T00:00:00.000Z"}""");
        await redis.Send("SET", "nexjob:c", """{"uid":"c","state":"finished","createdAt":"2024-01-01T00:00:00.000Z"}""");
        await using (var store = await RedisStore.Open(redis.Url)) Assert.AreEqual("c b a", await store.Uids());
        await using var again = await RedisStore.Open(redis.Url);
        Assert.AreEqual("c b a", await again.Uids());
    }

    [TestMethod]
    [DataRow("SET", "nexjob:a", """{"uid":"a","state":"finished"}""")]
    [DataRow("SET", "nexjob:x", """{"uid":"x","state":"queued"}""")]
    [DataRow("DEL", "nexjob:a", null)]
    public async Task What_another_program_has_changed_is_refused_at_the_start_unless_it_is_taken_over(
        string command, string key, string? value)
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url)) await store.Create("a");
        await redis.Send(value is null ? [command, key] : [command, key, value]);
        var refusal = await Assert.ThrowsAsync<StorageException>(async () => await RedisStore.Open(redis.Url));
        Assert.AreEqual(StorageProblem.Foreign, refusal.Problem);
        await using (await RedisStore.Open(redis.Url, options => options with { Takeover = true }))
        {
        }
        await using var again = await RedisStore.Open(redis.Url);
        Assert.AreEqual(command == "DEL" ? "" : key == "nexjob:x" ? "a x" : "a", await again.Uids());
    }

    [TestMethod]
    [DataRow("LPUSH", "nexjob:l", "1")]
    [DataRow("SET", "nexjob:l", "no job")]
    [DataRow("SET", "nexjob:l", """{"uid":"other"}""")]
    [DataRow("SET", "nexjob:l", """{"uid":"l","broken" """)]
    [DataRow("SET", "nexrender:order", "1")]
    [DataRow("LPUSH", "nexrender:fence", "1")]
    public async Task Keys_that_hold_something_else_are_refused_and_left_as_they_were(string command, string key, string value)
    {
        await using var redis = await RedisServer.Start();
        await redis.Send(command, key, value);
        await Assert.ThrowsAsync<StorageException>(async () => await RedisStore.Open(redis.Url));
        Assert.AreEqual(command == "SET" ? "string" : "list", await redis.Send("TYPE", key));
    }

    [TestMethod]
    public async Task Removed_jobs_are_remembered()
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url))
        {
            await store.Create("a");
            await store.Jobs.RemoveAsync("a", "test");
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        Assert.IsTrue(recovered.Jobs.Reader.WasRemovedLately("a"));
    }

    [TestMethod]
    public async Task Changes_are_refused_within_two_seconds_while_Redis_is_away_and_accepted_when_it_is_back()
    {
        await using var redis = await RedisServer.Start();
        await using var store = await RedisStore.Open(redis.Url);
        await store.Create("a");
        redis.Kill();
        var started = Stopwatch.GetTimestamp();
        Assert.AreEqual(RefusalKind.Unavailable, (await store.Create("b")).Refusal?.Kind);
        Assert.IsLessThan(TimeSpan.FromSeconds(3), Stopwatch.GetElapsedTime(started));
        Assert.AreEqual("a", await store.Uids());
        Assert.IsNotNull(store.Jobs.HealthProblem);
        await redis.Restart();
        await Eventually.True(async () => (await store.Create("c")).Refusal is null, "changes are accepted");
        Assert.AreEqual("a c", await store.Uids());
        await Eventually.True(() => store.Jobs.HealthProblem is null, "it is healthy");
    }

    [TestMethod]
    public async Task A_change_that_a_paused_Redis_carries_out_too_late_is_undone()
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url, options => options with { LeadTimeout = TimeSpan.FromMinutes(1) }))
        {
            await store.Create("a");
            await store.Create("gone");
            redis.Pause();
            Task<JobResult>[] refused =
            [
                store.Create("b"), store.Jobs.RemoveAsync("gone", "test").AsTask(), store.Update("a", """{"state":"finished"}"""),
            ];
            foreach (var change in refused) Assert.AreEqual(RefusalKind.Unavailable, (await change).Refusal?.Kind);
            redis.Resume();
            await Eventually.True(async () => (await store.Create("c")).Refusal is null, "changes are accepted");
            Assert.AreEqual("a gone c", await store.Uids());
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        Assert.AreEqual("a gone c", await recovered.Uids());
        Assert.AreEqual(JobState.Queued, (await recovered.Jobs.FindAsync("a"))?.State);
    }

    [TestMethod]
    [DataRow(LostPart.Command)]
    [DataRow(LostPart.Reply)]
    public async Task A_change_whose_connection_broke_is_decided_on_the_next_one(LostPart part)
    {
        await using var redis = await RedisServer.Start();
        await using var proxy = new CuttingProxy(redis.Port);
        await using (var store = await RedisStore.Open($"redis://127.0.0.1:{proxy.Port}"))
        {
            await store.Create("a");
            var cut = proxy.CutAt(part, "nexcut");
            var change = store.Create("nexcut");
            await cut;
            proxy.Restore();
            Assert.IsNull((await change).Refusal);
            await store.Create("b");
            Assert.AreEqual("a nexcut b", await store.Uids());
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        Assert.AreEqual("a nexcut b", await recovered.Uids());
    }

    [TestMethod]
    public async Task A_Redis_that_has_lost_everything_gets_all_jobs_again()
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url))
        {
            foreach (var uid in new[] { "a", "b", "c" }) await store.Create(uid);
            await store.Jobs.RemoveAsync("b", "test");
            store.Storage.Farm.TryWrite(["""{"queuePausedAt":"2024-01-01T00:00:00.000Z"}"""u8.ToArray()]);
            await redis.Send("FLUSHALL");
            await Eventually.True(async () => (await store.Create("d")).Refusal is null, "changes are accepted");
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        Assert.AreEqual("a c d", await recovered.Uids());
        Assert.IsTrue(recovered.Jobs.Reader.WasRemovedLately("b"));
        Assert.HasCount(1, recovered.Storage.Farm.Read());
    }

    [TestMethod]
    public async Task A_Redis_without_memory_refuses_new_jobs_only()
    {
        await using var redis = await RedisServer.Start();
        await using var store = await RedisStore.Open(redis.Url);
        await store.Create("a");
        await redis.Send("CONFIG", "SET", "maxmemory", "1");
        Assert.AreEqual(RefusalKind.DiskFull, (await store.Create("b")).Refusal?.Kind);
        await redis.Send("DEL", "nexrender:leader");
        await Eventually.True(async () => await redis.Send("GET", "nexrender:leader") is not null, "the leadership is renewed");
        Assert.AreEqual("a", (await store.PickUp()).Job?.Uid);
        Assert.IsNull((await store.Jobs.RemoveAsync("a", "test")).Refusal);
        await redis.Send("CONFIG", "SET", "maxmemory", "0");
        await Eventually.True(async () => (await store.Create("b")).Refusal is null, "new jobs are accepted");
    }

    [TestMethod]
    public async Task Changes_are_refused_while_Redis_is_a_replica()
    {
        await using var redis = await RedisServer.Start();
        await using var other = await RedisServer.Start();
        await using var store = await RedisStore.Open(redis.Url, options => options with { LeadTimeout = TimeSpan.FromMinutes(1) });
        await store.Create("a");
        await redis.Send("REPLICAOF", "127.0.0.1", "1");
        var refusal = (await store.Create("b")).Refusal;
        Assert.AreEqual(RefusalKind.Unavailable, refusal?.Kind);
        Assert.Contains("READONLY", refusal!.Message);
        await redis.Send("REPLICAOF", "NO", "ONE");
        await Eventually.True(async () => (await store.Create("b")).Refusal is null, "changes are accepted");
    }

    [TestMethod]
    public async Task Scripts_that_Redis_has_forgotten_are_sent_again()
    {
        await using var redis = await RedisServer.Start();
        await using var store = await RedisStore.Open(redis.Url);
        await redis.Send("SCRIPT", "FLUSH");
        Assert.IsNull((await store.Create("a")).Refusal);
    }

    [TestMethod]
    public async Task A_change_of_many_jobs_is_one_change()
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url))
        {
            string[] uids = [.. Enumerable.Range(0, 1000).Select(i => $"job{i}")];
            await Task.WhenAll(uids.Select(uid => store.Create(uid)));
            Assert.IsNull((await store.Jobs.Many.PauseAsync(new BulkSelection(uids), "test", isDryRun: false)).Refusal);
            Assert.IsNull((await store.Jobs.Many.RemoveAsync(new BulkSelection(uids[..500]), "test", isDryRun: false)).Refusal);
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        var jobs = await recovered.Jobs.ListAsync();
        Assert.HasCount(500, jobs);
        Assert.IsTrue(jobs.All(job => job.State == JobState.Paused));
    }

    [TestMethod]
    public async Task A_change_of_more_jobs_than_Redis_takes_at_once_is_refused_as_a_whole()
    {
        await using var redis = await RedisServer.Start();
        await using (var store = await RedisStore.Open(redis.Url, options => options with { MaxChanges = 10 }))
        {
            string[] uids = [.. Enumerable.Range(0, 11).Select(i => $"job{i}")];
            foreach (var uid in uids) Assert.IsNull((await store.Create(uid)).Refusal);
            var refusal = (await store.Jobs.Many.PauseAsync(new BulkSelection(uids), "test", isDryRun: false)).Refusal;
            Assert.AreEqual(RefusalKind.Unavailable, refusal?.Kind);
            Assert.Contains("no change of more than 10 jobs at once", refusal!.Message);
            Assert.IsTrue((await store.Jobs.ListAsync()).All(job => job.State == JobState.Queued));
            Assert.IsNull((await store.Jobs.Many.PauseAsync(new BulkSelection(uids[1..]), "test", isDryRun: false)).Refusal);
        }
        await using var recovered = await RedisStore.Open(redis.Url);
        Assert.AreEqual("job0", (await recovered.Jobs.ListAsync()).Single(job => job.State == JobState.Queued).Uid);
    }

    [TestMethod]
    public async Task A_password_is_sent_and_a_wrong_one_is_a_reason_not_to_start()
    {
        await using var redis = await RedisServer.Start([.. RedisServer.Durable, "--requirepass", "secret"]);
        await using (var store = await RedisStore.Open($"{redis.Url}/3")) Assert.IsNull((await store.Create("a")).Refusal);
        var wrong = await Assert.ThrowsAsync<StorageException>(async () => await RedisStore.Open($"redis://:no@{redis.Address}"));
        Assert.Contains("WRONGPASS", wrong.Message);
        var none = await Assert.ThrowsAsync<StorageException>(async () => await RedisStore.Open($"redis://{redis.Address}"));
        Assert.Contains("NOAUTH", none.Message);
    }

    [TestMethod]
    public async Task A_socket_of_the_system_works_too()
    {
        using var folder = new TempFolder();
        var socket = folder.File("redis.sock");
        await using var redis = await RedisServer.Start([.. RedisServer.Durable, "--unixsocket", socket]);
        await using var store = await RedisStore.Open($"unix:{socket}");
        Assert.IsNull((await store.Create("a")).Refusal);
    }

    [TestMethod]
    public async Task A_server_that_was_fenced_off_changes_nothing()
    {
        await using var redis = await RedisServer.Start();
        await using var old = await RedisStore.Open(redis.Url, options => options with { LeadTimeout = TimeSpan.FromMinutes(1) });
        await old.Create("a");
        await redis.Send("DEL", "nexrender:leader");
        await using var @new = await RedisStore.Open(redis.Url);
        Assert.AreEqual(RefusalKind.Unavailable, (await old.Create("b")).Refusal?.Kind);
        Assert.IsTrue(old.Term.Lost.IsCompleted);
        Assert.IsNotNull(old.Storage.Farm.TryWrite([]));
        await @new.Create("c");
        Assert.AreEqual("a c", await @new.Uids());
    }
}
