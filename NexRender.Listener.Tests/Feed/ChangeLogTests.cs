using System.Text.RegularExpressions;
using NexRender.Listener.Jobs;
using NexRender.Listener.Jobs.Lifecycle.Reports;
using NexRender.Listener.Tests.Startup;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Feed;

/// <summary>The lines of changes say what an operator needs to know, and refusals neither hide nor flood the log.</summary>
[TestClass]
public sealed class ChangeLogTests
{
    private const string Token = "\"startedAt\":\"2026-11-20T08:00:00.000Z\"";

    [TestMethod]
    public async Task Progress_has_its_percent_and_a_finished_render_its_duration()
    {
        await using var run = await LoggedServer.Start();
        await Take(run);
        await Report(run, $$"""{{{Token}},"state":"render:dorender","renderProgress":40}""");
        await Report(run, $$"""{{{Token}},"state":"finished","finishedAt":"2026-11-20T08:01:02.500Z"}""");
        string[] lines =
        [
            "created a by 127.0.0.1", "picked a by w1", "started a by w1", "updated a by w1: 40 %", "finished a by w1: rendered in 62.5 s",
        ];
        Expect(await run.Stop(), lines);
    }

    [TestMethod]
    public async Task A_failure_has_its_text_in_one_line_and_the_time_of_the_next_attempt()
    {
        await using var run = await LoggedServer.Start("--max-attempts=2", "--retry-delay=0");
        await Take(run);
        await Report(run, $$"""{{{Token}},"state":"error","error":"no such\nlayer"}""");
        await Take(run);
        await Report(run, $$"""{{{Token}},"state":"error","error":"again"}""");
        var lines = await run.Stop();
        Assert.Contains(line => Regex.IsMatch(
            line, @"Z failed a by w1: no such layer; attempt 2 not before \d{4}-\d\d-\d\dT[\d:.]+Z$"), lines);
        Expect(lines[5..], "picked a by w1: attempt 2", "started a by w1", "failed a by w1: again");
    }

    [TestMethod]
    public async Task A_cancellation_has_its_reason()
    {
        await using var run = await LoggedServer.Start();
        (await run.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await run.Client.Json("PATCH", "jobs/a/cancel", """{"reason":"wrong logo"}""", ("nexrender-name", "anna"))).Expect(200);
        Expect(await run.Stop(), "created a by 127.0.0.1", "cancelled a by anna: wrong logo");
    }

    [TestMethod]
    public async Task Refusals_of_one_kind_are_one_line_a_second_with_a_count_of_the_rest()
    {
        await using var run = await LoggedServer.Start("--secret=s3cret");
        for (var i = 0; i < 20; i++) (await run.Client.Send("GET", "jobs/pickup")).Expect(403);
        var lines = await run.Stop();
        const string refusal = "Z refused GET /api/v1/jobs/pickup by 127.0.0.1: 403 Wrong or no authentication secret";
        var refused = lines.Where(line => line.Contains(refusal)).ToArray();
        var counted = lines.Select(line => Regex.Match(line, @"Z (\d+) more requests refused with 403$"))
            .Where(match => match.Success).Sum(match => int.Parse(match.Groups[1].Value));
        Assert.IsNotEmpty(refused);
        Assert.AreEqual(20, refused.Length + counted);
    }

    [TestMethod]
    public async Task A_worker_that_is_refused_and_a_report_that_is_ignored_have_a_line()
    {
        await using var run = await LoggedServer.Start();
        await Take(run);
        (await run.Client.Json("PUT", "jobs/a", Began("w2", "2026-11-20T09:00:00.000Z"), ("nexrender-name", "w2"))).Expect(409);
        const string late = """{"state":"finished","startedAt":"2026-11-20T09:00:00.000Z"}""";
        (await run.Client.Json("PUT", "jobs/a", late, ("nexrender-name", "w2"))).Expect(200);
        var lines = string.Join('\n', await run.Stop());
        Assert.Contains("Z refused PUT /api/v1/jobs/a by w2: 409 job a is held by w1", lines);
        Assert.Contains("Z ignored a report on a by w2: it is started", lines);
    }

    private static void Expect(string[] lines, params string[] changes)
    {
        var found = lines.Where(line => !line.Contains(" listens on ") && !line.EndsWith("Z stopping", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("Z ", StringComparison.Ordinal) + 2)..]);
        Assert.AreSequenceEqual(changes, found.ToArray());
    }

    private static async Task Take(LoggedServer run)
    {
        if ((await run.Client.Send("GET", "jobs/a")).Status == 404) (await run.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await run.Client.Send("GET", "jobs/pickup", null, ("nexrender-name", "w1"))).Expect(200, "picked");
        await Report(run, Began("w1", "2026-11-20T08:00:00.000Z"));
    }

    private static string Began(string executor, string token) =>
        $$"""{"startedAt":"{{token}}","executor":"{{executor}}","template":{"src":"s","composition":"c"},"state":"started"}""";

    private static async Task Report(LoggedServer run, string json) =>
        (await run.Client.Json("PUT", "jobs/a", json, ("nexrender-name", "w1"))).Expect(200);
}
