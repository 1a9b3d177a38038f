using System.Collections.Concurrent;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Watch;

/// <summary>A random life with held pickups whose clients come and go, and jobs that come and go.</summary>
[TestClass]
public sealed class HeldPickupLifeTests
{
    private const int Jobs = 120;
    private const int Workers = 6;

    private static readonly string[] Tags = ["", "4k", "gpu", "4k,gpu"];

    private readonly ConcurrentDictionary<string, string> _held = [];
    private readonly ConcurrentDictionary<string, string> _failed = [];
    private readonly ConcurrentDictionary<string, int> _finished = [];
    private volatile bool _isOver;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task No_job_is_lost_or_handed_out_twice(int seed)
    {
        // Nothing is requeued by time: a second hand-out of a job would be an error of the server.
        var options = new ListenerOptions { PickedTimeout = TimeSpan.Zero, MaxAttempts = 9, RetryDelay = TimeSpan.FromMilliseconds(20) };
        await using var server = await TestServer.Start(options, isGated: true);
        var workers = Enumerable.Range(0, Workers).Select(number => UntilOver(Work(server, $"w{number}", Tags[number % Tags.Length])));
        var impatient = Enumerable.Range(0, 3).Select(number => UntilOver(ComeAndGo(server, number, new Random(seed * 100 + number))));
        var life = Submit(server, new Random(seed));
        await Task.WhenAll([UntilOver(Finish(server, life)), .. workers, .. impatient]);
        Assert.AreEqual("", string.Join(' ', _finished.Where(job => job.Value != 1).Select(job => $"{job.Key}:{job.Value}")));
        Assert.HasCount(Jobs, _finished);
    }

    // The first error, or the end of the life, ends all of it.
    private async Task UntilOver(Task task)
    {
        try
        {
            await task;
        }
        finally
        {
            _isOver = true;
        }
    }

    private static async Task Submit(TestServer server, Random random)
    {
        for (var number = 0; number < Jobs; number++)
        {
            var uid = $"j{number}";
            var notBefore = $"\"notBefore\":\"{DateTime.UtcNow.AddMilliseconds(random.Next(200)):yyyy-MM-ddTHH:mm:ss.fffZ}\"";
            (await server.Post(Some.Job(uid, Tags[random.Next(Tags.Length)], members: random.Next(5) == 0 ? notBefore : null))).Expect(200);
            if (random.Next(6) == 0)
            {
                // Refused if a worker was faster.
                var isPaused = (await server.Send("PATCH", $"jobs/{uid}/pause")).Status == 200;
                await Task.Delay(random.Next(20));
                if (isPaused) (await server.Send("PATCH", $"jobs/{uid}/resume")).Expect(200);
            }
            if (random.Next(20) == 0)
            {
                (await server.Send("PATCH", "queue/pause")).Expect(200);
                await Task.Delay(random.Next(20));
                (await server.Send("PATCH", "queue/resume")).Expect(200);
            }
            if (random.Next(3) == 0) await Task.Delay(random.Next(10));
        }
    }

    // A job that was sent to a client at the moment when that left is given back, as the timeout would do it: once a client has it that has
    // had it before. The server gives others back by itself, and the edit of one of these could take it from its next worker.
    private async Task Finish(TestServer server, Task life)
    {
        await life;
        var end = DateTime.UtcNow + Eventually.Deadline;
        var before = new HashSet<string>();
        while (_finished.Count < Jobs && !_isOver)
        {
            if (DateTime.UtcNow > end) Assert.Fail($"Only {_finished.Count} jobs have finished: {(await server.Get("jobs/status")).Text}");
            var gone = (await server.Get("jobs/status")).Expect(200).Json.EnumerateArray()
                .Where(job => job.GetProperty("state").GetString() == "picked")
                .Select(job => (Uid: job.GetProperty("uid").GetString(), Holder: job.GetProperty("jobExecutor").GetString()!))
                .Where(job => job.Holder.StartsWith("gone", StringComparison.Ordinal)).ToList();
            foreach (var (uid, _) in gone.Where(job => before.Contains($"{job}")))
                (await server.Put($"jobs/{uid}", """{"state":"queued"}""")).Expect(200);
            before = [.. gone.Select(job => $"{job}")];
            await Task.Delay(100);
        }
    }

    private async Task Work(TestServer server, string name, string tags)
    {
        var worker = new Life.Worker(() => server.Client, name);
        for (var turn = 0; !_isOver; turn++)
        {
            if ((await worker.PickUp(tags.Length == 0 ? "?wait=0.5" : $"/{tags}?wait=0.5")).Text == "{}") continue;
            Assert.IsTrue(_held.TryAdd(worker.Uid, name), $"{worker.Uid} was handed to {name}, and another worker has it.");
            (await worker.Start()).Expect(200);
            var isFailed = turn % 7 == 3 && _failed.TryAdd(worker.Uid, name);
            if (!isFailed) _finished.AddOrUpdate(worker.Uid, 1, (_, count) => count + 1);
            _held.Remove(worker.Uid, out _);
            (await (isFailed ? worker.Fail("broken") : worker.Finish())).Expect(200);
        }
    }

    private async Task ComeAndGo(TestServer server, int number, Random random)
    {
        for (var turn = 0; !_isOver; turn++)
        {
            using var client = await server.Connect();
            await client.Send($"GET /api/v1/jobs/pickup?wait=5 HTTP/1.1\r\nHost: x\r\nnexrender-name: gone-{number}-{turn}\r\n\r\n");
            await Task.Delay(random.Next(30));
            if (random.Next(2) == 0) client.Reset();
            else client.HalfClose();
        }
    }
}
