using System.Text.Json;
using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>With <c>--log-format json</c> every line of the log is a JSON object.</summary>
[TestClass]
public sealed class JsonLogTests
{
    private const string Token = "\"startedAt\":\"2026-11-20T08:00:00.000Z\"";

    [TestMethod]
    public async Task A_change_has_the_fields_of_the_feed()
    {
        await using var run = await LoggedServer.Start("--log-format=json");
        (await run.Client.Json("POST", "batches", $$"""{"jobs":[{{Some.Job("a")}}]}""")).Expect(200);
        (await run.Client.Send("GET", "jobs/pickup", null, ("nexrender-name", "w1"))).Expect(200, "picked");
        await Report(run, $$"""{{{Token}},"executor":"w1","template":{"src":"s","composition":"c"},"state":"started"}""");
        await Report(run, $$"""{{{Token}},"state":"render:dorender","renderProgress":40}""");
        await Report(run, $$"""{{{Token}},"state":"finished","finishedAt":"2026-11-20T08:01:02.500Z"}""");
        (await run.Client.Send("DELETE", "jobs/a")).Expect(200);
        var lines = Parse(await run.Stop());
        Assert.AreEqual(
            "job.created job.picked job.started job.progress job.finished job.removed",
            string.Join(' ', lines.Where(line => line.TryGetProperty("event", out _)).Select(line => Text(line, "event"))));
        Assert.IsTrue(lines.All(line => DateTimeOffset.TryParse(Text(line, "time"), out _) && Text(line, "level") == "info"));
        var finished = lines.Single(line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "finished");
        Assert.AreEqual("finished a by w1: rendered in 62.5 s", Text(finished, "message"));
        Assert.AreEqual("a w1 finished", $"{Text(finished, "uid")} {Text(finished, "by")} {Text(finished, "state")}");
        Assert.AreEqual(62.5, finished.GetProperty("renderSeconds").GetDouble());
        Assert.AreEqual(1, finished.GetProperty("attempt").GetInt32());
        Assert.AreEqual(JsonValueKind.Null, finished.GetProperty("reason").ValueKind);
        Assert.IsTrue(finished.TryGetProperty("batchId", out _));
        Assert.AreEqual(40, lines.Single(line => line.TryGetProperty("progress", out _)).GetProperty("progress").GetInt32());
    }

    [TestMethod]
    public async Task Other_lines_have_a_message_and_requests_their_status()
    {
        await using var run = await LoggedServer.Start("--log-format=json", "--verbose", "--secret=s");
        (await run.Client.Send("GET", "jobs", null, ("nexrender-name", "w1"))).Expect(403);
        var lines = Parse(await run.Stop());
        Assert.Contains(" listens on ", Text(lines[0], "message"));
        Assert.AreEqual("stopping", Text(lines.Single(line => Text(line, "message") == "stopping"), "message"));
        var refused = lines.Single(line => Text(line, "message").StartsWith("refused GET /api/v1/jobs", StringComparison.Ordinal));
        Assert.AreEqual("w1", Text(refused, "by"));
        var request = lines.Single(line => line.TryGetProperty("status", out _));
        Assert.AreEqual(403, request.GetProperty("status").GetInt32());
        Assert.IsGreaterThanOrEqualTo(0, request.GetProperty("durationMs").GetDouble());
    }

    [TestMethod]
    public async Task Text_from_clients_neither_forges_lines_nor_steers_a_terminal()
    {
        const string odd = "a\"b\\c\n{\"forged\":1}\u001b[31m\u0085\u2028\u007f ü";
        await using var run = await LoggedServer.Start("--log-format=json");
        (await run.Client.Json("POST", "jobs", Some.Job("b"))).Expect(200);
        (await run.Client.Json("PATCH", "jobs/b/cancel", $$"""{"reason":{{Some.Quoted(odd)}}}""")).Expect(200);
        var output = await run.Stop();
        Assert.IsEmpty(string.Concat(output).Where(c => char.IsControl(c) || c is '\u2028'));
        var cancelled = Parse(output).Single(line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "cancelled");
        Assert.AreEqual(odd, Text(cancelled, "reason"));
        Assert.StartsWith("cancelled b by 127.0.0.1: a\"b\\c {\"forged\":1}", Text(cancelled, "message"));
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;

    private static List<JsonElement> Parse(string[] lines) => [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];

    private static async Task Report(LoggedServer run, string json) =>
        (await run.Client.Json("PUT", "jobs/a", json, ("nexrender-name", "w1"))).Expect(200);
}
