using NexRender.Listener.Storage;
using NexRender.Listener.Storage.Files;
using NexRender.Listener.Tests.Durability.Disks;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A worker's hold on a job, as the worker believes.</summary>
internal sealed record Attempt(Worker Worker, string Uid);

/// <summary>
/// Random sequences of workers that die, wake up late, repeat and overtake themselves, and of people who cancel, retry, pause and remove,
/// against a plain model. After every step the server must list exactly the model's jobs, in its order and in its words.
/// </summary>
[TestClass]
public sealed class RandomLifeTests
{
    private const int Steps = 2_000;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public async Task Random_events_leave_the_jobs_as_the_model_says(int seed)
    {
        var options = new ListenerOptions
        {
            Lease = ModelJob.Lease,
            PickedTimeout = ModelJob.Picked,
            MaxAttempts = ModelJob.MaxAttempts,
            RetryDelay = ModelJob.RetryDelay,
            Storage = new StorageOptions { Disk = new QuickDisk() },
        };
        await using var farm = await Farm.Start(options);
        var run = new RandomLife(farm, new Random(seed));
        for (var step = 1; step <= Steps; step++)
        {
            var what = await run.Step();
            await run.Compare($"seed {seed}, step {step}: {what}");
        }
    }
}
