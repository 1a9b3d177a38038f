using NexRender.Listener.Tests.Life;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Numbers;

/// <summary>
/// A life of five jobs: one finishes, one fails and is delayed, the worker of one does not report in time, one is cancelled, and one is
/// put back by its worker. Workers say that they began at 08:00 and ended at 09:00.
/// </summary>
internal static class ScriptedLife
{
    public static ListenerOptions Options => new()
    {
        MaxAttempts = 2,
        RetryDelay = TimeSpan.FromHours(2),
        Lease = TimeSpan.FromMinutes(20),
    };

    /// <summary>Ends at 09:22, with both workers silent.</summary>
    public static async Task Run(Life.Farm farm)
    {
        farm.Clock.Advance(TimeSpan.FromMinutes(50));
        await farm.Post("finished", "failed", "expired", "cancelled", "putback");
        (await farm.Act("cancelled", "cancel")).Expect(200);
        var worker = await farm.Worker("w").Render("finished");
        farm.Clock.Advance(TimeSpan.FromMinutes(11));
        (await worker.Finish()).Expect(200);
        await worker.Render("failed");
        (await worker.Fail("out of memory")).Expect(200);
        await worker.Render("expired");
        (await (await farm.Worker("v").Render("putback")).PutBack()).Expect(200);
        farm.Clock.Advance(TimeSpan.FromMinutes(21));
        await Eventually.True(async () => await farm.State("expired") == "queued", "the lease expires");
        await Eventually.True(() => AreSilent(farm), "the workers are silent");
    }

    // A timer that fires before the last report of a worker is counted does not find it silent.
    private static async Task<bool> AreSilent(Life.Farm farm)
    {
        farm.Clock.Tick();
        return (await farm.Server.Get("stats")).Raw("workers").Contains("\"silent\":2");
    }
}
