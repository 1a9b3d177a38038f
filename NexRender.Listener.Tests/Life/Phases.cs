using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>Brings a new job into any phase of its life.</summary>
internal static class Phases
{
    /// <returns>The worker that has it, or had it.</returns>
    public static async Task<Worker> Bring(Farm farm, string uid, string phase)
    {
        var worker = farm.Worker("w");
        if (phase == "waiting")
        {
            await farm.Post($"{uid}-first");
            (await farm.Server.Post(Some.Job(uid, members: $"\"dependsOn\":[\"{uid}-first\"]"))).Expect(200);
            return worker;
        }
        await farm.Post(uid);
        if (phase == "paused") (await farm.Act(uid, "pause")).Expect(200);
        if (phase is "queued" or "paused") return worker;
        await worker.Take(uid);
        if (phase == "picked") return worker;
        (await worker.Start()).Expect(200);
        if (phase == "finished") (await worker.Finish()).Expect(200);
        if (phase == "error") (await worker.Fail("broken")).Expect(200);
        if (phase == "cancelled") (await farm.Act(uid, "cancel")).Expect(200);
        return worker;
    }
}
