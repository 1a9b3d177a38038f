using System.Diagnostics;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Life;

/// <summary>The server's own delays do not depend on the time of day, and a person's time does.</summary>
[TestClass]
public sealed class ClockTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [TestMethod]
    [DataRow(-5)]
    [DataRow(5)]
    public async Task A_clock_that_is_set_by_hours_changes_no_retry_delay(int hours)
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.FromSeconds(30) });
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Fail("broken");
        farm.Clock.SetTimeOfDay(farm.Clock.GetUtcNow().AddHours(hours));
        farm.Clock.Advance(TimeSpan.FromSeconds(30) - Moment);
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        farm.Clock.Advance(Moment);
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    [DataRow(-5)]
    [DataRow(5)]
    public async Task A_clock_that_is_set_by_hours_does_not_change_how_long_a_job_is_withheld(int hours)
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.Zero });
        await farm.Worker("other").PickUp();
        await farm.Post("a");
        await (await farm.Worker("bad").Render("a")).Fail("broken");
        farm.Clock.SetTimeOfDay(farm.Clock.GetUtcNow().AddHours(hours));
        farm.Clock.Advance(TimeSpan.FromMinutes(4));
        await farm.Worker("other").PickUp("/rare");
        Assert.AreEqual("{}", (await farm.Worker("bad").PickUp()).Text);
        farm.Clock.Advance(TimeSpan.FromMinutes(1));
        await farm.Worker("bad").Take("a");
    }

    [TestMethod]
    public async Task The_time_of_a_person_follows_the_time_of_day()
    {
        await using var farm = await Farm.Start();
        (await farm.Server.Post(Some.Job("a", members: "\"notBefore\":\"2026-11-20T20:00:00Z\""))).Expect(200);
        Assert.AreEqual("{}", (await farm.Worker("w").PickUp()).Text);
        farm.Clock.SetTimeOfDay(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task A_clock_that_was_set_back_before_a_restart_delays_a_retry_by_no_more_than_the_longest_delay()
    {
        await using var farm = await Farm.Start(new ListenerOptions { MaxAttempts = 3, RetryDelay = TimeSpan.FromSeconds(30) });
        await farm.Post("a");
        await (await farm.Worker("w").Render("a")).Fail("broken");
        farm.Clock.SetTimeOfDay(farm.Clock.GetUtcNow().AddDays(-300));
        await farm.Server.Restart();
        farm.Clock.Advance(TimeSpan.FromMinutes(15));
        await farm.Worker("w").Take("a");
    }

    [TestMethod]
    public async Task After_the_server_was_stopped_for_a_while_every_lease_begins_again()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Windows has no signal that stops a process.");
        const int stop = 19, @continue = 18;
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = await ServerProcess.Start(
            [$"--port={port}", $"--database={folder.File("jobs.js")}", "--lease=3s", "--picked-timeout=3s"]);
        using var client = new TestClient(port);
        foreach (var uid in new[] { "a", "b" }) (await client.Json("POST", "jobs", Some.Job(uid))).Expect(200);
        var worker = await new Worker(() => client, "w").Render("a", percent: 10);
        await new Worker(() => client, "picked").Take("b");
        server.Signal(stop);
        // The worker reports while the server is stopped: the report waits in the backlog of its socket.
        using var second = new TestClient(port);
        var waiting = worker.Progress(20);
        var stopped = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(5) - stopped.Elapsed);
        server.Signal(@continue);
        (await waiting).Expect(200);
        await server.Output.Line("the server did not run for [0-9.]+ s; the deadlines of all workers start again$");
        Assert.AreEqual("render:dorender", (await second.Send("GET", "jobs/a")).Expect(200).Member("state"));
        Assert.AreEqual("picked", (await second.Send("GET", "jobs/b")).Expect(200).Member("state"));
        (await worker.Finish()).Expect(200);
        Assert.AreEqual("finished", (await second.Send("GET", "jobs/a")).Expect(200).Member("state"));
    }
}
