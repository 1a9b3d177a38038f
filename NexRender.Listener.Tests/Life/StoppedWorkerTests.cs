using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>A worker that is stopped puts its job back, and an idle one sends the same about the last job that it had.</summary>
[TestClass]
public sealed class StoppedWorkerTests
{
    [TestMethod]
    public async Task An_interruption_uses_up_no_attempt()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 2, RetryDelay = TimeSpan.Zero });
        await farm.Post("a");
        for (var times = 1; times <= 3; times++) (await (await farm.Worker("w").Render("a")).PutBack()).Expect(200);
        (await (await farm.Worker("w").Render("a")).Fail("broken")).Expect(200);
        Assert.AreEqual("queued", await farm.State("a"));
        (await (await farm.Worker("w").Render("a")).PutBack()).Expect(200);
        (await (await farm.Worker("w").Render("a")).Fail("broken")).Expect(200);
        var job = await farm.Job("a");
        Assert.AreEqual("error", job.Member("state"));
        var numbers = job.Json.GetProperty("attempts").EnumerateArray()
            .Select(attempt => $"{attempt.GetProperty("n")} {attempt.GetProperty("state")}");
        Assert.AreEqual("1 interrupted, 1 interrupted, 1 interrupted, 1 error, 2 interrupted", string.Join(", ", numbers));
    }

    [TestMethod]
    public async Task What_it_says_is_kept_with_the_attempt()
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a", percent: 20);
        (await worker.RenderError("warned")).Expect(200);
        (await worker.PutBack("Worker was interrupted by SIGTERM")).Expect(200);
        var job = await farm.Job("a");
        var attempt = job.Json.GetProperty("attempts").EnumerateArray().Single();
        Assert.AreEqual("""["warned","Worker was interrupted by SIGTERM"]""", attempt.GetProperty("errors").GetRawText());
        Assert.AreEqual("queued", job.Member("state"));
        Assert.IsFalse(job.Json.TryGetProperty("error", out _));
    }

    [TestMethod]
    [DataRow("finished")]
    [DataRow("failed")]
    public async Task An_idle_worker_that_is_stopped_does_not_bring_its_last_job_back(string end)
    {
        await using var farm = await Farm.Start();
        await farm.Post("a");
        var worker = await farm.Worker("w").Render("a");
        (await (end == "finished" ? worker.Finish() : worker.Fail("broken"))).Expect(200);
        var before = await farm.Job("a");
        (await worker.PutBack("Worker was interrupted by SIGTERM")).Expect(200);
        Assert.AreEqual(before.Text, (await farm.Job("a")).Text);
        Assert.AreEqual("{}", (await farm.Worker("other").PickUp()).Text);
    }
}
