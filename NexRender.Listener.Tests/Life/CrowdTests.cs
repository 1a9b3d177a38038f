using System.Collections.Concurrent;
using NexRender.Listener.Jobs;
using NexRender.Listener.Json;
using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Many workers at once that die, wake up late and repeat themselves, while time flies.</summary>
[TestClass]
public sealed class CrowdTests
{
    private const int Workers = 12, Jobs = 120;

    [TestMethod]
    // With a job lost it would not end.
    [Timeout(60_000)]
    public async Task Every_job_is_finished_by_exactly_one_of_them()
    {
        await using var farm = await Farm.Start(new ListenerOptions
        {
            Lease = TimeSpan.FromSeconds(60),
            MaxAttempts = 1000,
            RetryDelay = TimeSpan.Zero,
            Storage = new StorageOptions { Disk = new QuickDisk() },
        });
        var uids = Enumerable.Range(0, Jobs).Select(n => $"job-{n:000}").ToArray();
        await farm.Post(uids);
        var finished = new ConcurrentBag<string>();
        var isFlying = true;
        var flight = Task.Run(async () =>
        {
            while (Volatile.Read(ref isFlying))
            {
                farm.Clock.Advance(TimeSpan.FromSeconds(10));
                await Task.Yield();
                await farm.Server.Get("health");
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(number => Work(farm, number, finished)));
        Volatile.Write(ref isFlying, false);
        await flight;

        Assert.AreSequenceEqual(uids, finished.Order());
        var jobs = (await farm.Server.Get("jobs")).Expect(200);
        Assert.AreEqual(string.Join(' ', uids), jobs.Uids);
        foreach (var job in jobs.Json.EnumerateArray()) Assert.AreEqual("finished", job.GetProperty("state").GetString());
    }

    private static async Task Work(Farm farm, int number, ConcurrentBag<string> finished)
    {
        var random = new Random(number);
        var asleep = new Queue<Worker>();
        while (finished.Count < Jobs)
        {
            // Some names are shared: two workers behind one address.
            var worker = farm.Worker($"w{number / 2}");
            if ((await worker.PickUp()).Text != "{}") asleep.Enqueue(worker);
            if (asleep.Count == 0 || (asleep.Count < 3 && random.Next(4) == 0)) continue;
            // Now one of those that it began with, perhaps long ago; a fifth of them never wake up.
            var waking = asleep.Dequeue();
            if (random.Next(5) == 0) continue;
            var start = await waking.Start();
            if (random.Next(5) == 0) await waking.Start();
            if (start.Status == 409) continue;
            start.Expect(200);
            await waking.Progress(random.Next(100));
            var end = random.Next(5) == 0 ? await waking.Fail("broken") : await waking.Finish();
            // The whole job comes back for what was taken in, the status alone for what was not.
            if (end.Expect(200).Json.TryGetProperty("template", out _) && end.Member("state") == "finished") finished.Add(waking.Uid);
        }
    }
}
