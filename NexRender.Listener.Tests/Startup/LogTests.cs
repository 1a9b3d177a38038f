using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>The contents of the log.</summary>
[TestClass]
public sealed class LogTests
{
    private const string Time = @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z ";

    [TestMethod]
    public async Task Every_change_has_a_line_and_reading_has_none()
    {
        await using var run = await LoggedServer.Start();
        (await run.Client.Json("POST", "jobs", Some.Job("a"), ("x-forwarded-for", "10.0.0.5"))).Expect(200);
        (await run.Client.Send("GET", "jobs/pickup", null, ("nexrender-name", "render-1"))).Expect(200);
        (await run.Client.Json("PUT", "jobs/a", """{"state":"finished"}""", ("nexrender-name", "render-1"))).Expect(200);
        (await run.Client.Send("GET", "jobs")).Expect(200);
        (await run.Client.Send("GET", "jobs/pickup")).Expect(200);
        (await run.Client.Send("GET", "jobs/unknown")).Expect(404);
        (await run.Client.Send("DELETE", "jobs/a")).Expect(200);
        (await run.Client.Send("DELETE", "jobs/a")).Expect(200);
        // Changes are logged soon after they are durable: a stop could come first.
        await Eventually.True(() => run.Server.Output.Text.Contains("removed a by"), "the removal is logged");
        var lines = await run.Stop();
        Assert.MatchesRegex(Time + "nexrender-listener .* listens on ", lines[0]);
        Assert.MatchesRegex(Time + @"created a by 10\.0\.0\.5$", lines[1]);
        Assert.MatchesRegex(Time + "picked a by render-1$", lines[2]);
        Assert.MatchesRegex(Time + "updated a by render-1$", lines[3]);
        Assert.MatchesRegex(Time + @"removed a by 127\.0\.0\.1$", lines[4]);
        Assert.MatchesRegex(Time + "stopping$", lines[5]);
        Assert.HasCount(6, lines);
    }

    [TestMethod]
    public async Task Verbose_adds_every_request_with_its_status_and_duration()
    {
        await using var run = await LoggedServer.Start("--verbose");
        (await run.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await run.Client.Send("GET", "jobs/unknown?x=1")).Expect(404);
        var lines = string.Join('\n', await run.Stop());
        Assert.MatchesRegex(@"(?m)Z created a by 127\.0\.0\.1$", lines);
        Assert.MatchesRegex(@"(?m)Z POST /api/v1/jobs 200 \d+\.\d ms by 127\.0\.0\.1$", lines);
        Assert.MatchesRegex(@"(?m)Z GET /api/v1/jobs/unknown\?x=1 404 \d+\.\d ms by 127\.0\.0\.1$", lines);
    }

    [TestMethod]
    public async Task Quiet_logs_nothing_if_there_is_no_error()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        await using var server = ServerProcess.Launch([$"--port={port}", $"--database={folder.File("jobs.js")}", "--quiet"]);
        using var client = new TestClient(port);
        await Eventually.True(() => IsUp(client), "the server answers");
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        Assert.AreEqual(0, await server.Terminate());
        Assert.AreEqual("", server.Output.Text + server.Errors.Text);
    }

    [TestMethod]
    public async Task Quiet_still_reports_why_it_cannot_start() =>
        (await ServerProcess.Run(["--quiet", $"--port={Ports.Free()}"])).ExpectRefusal(1, "--database");

    [TestMethod]
    public async Task Control_characters_neither_forge_lines_nor_steer_a_terminal()
    {
        await using var run = await LoggedServer.Start("--verbose");
        (await run.Client.Json("POST", "jobs", Some.Job("b"))).Expect(200);
        var reason = Some.Quoted("a\n2026 forged\u001b[31m\r\u0085\u2028\u0000\u007f");
        (await run.Client.Json("PATCH", "jobs/b/cancel", $$"""{"reason":{{reason}}}""")).Expect(200);
        using (var raw = await RawClient.Connect(run.Port))
        {
            await raw.Send(
                "GET /api/v1/jobs/pickup?\u001b[31m\u0085 HTTP/1.1\r\nHost: x\r\nnexrender-name: w\u001b[31m\u0085\u0007\r\n\r\n");
            await raw.ReadResponseOrEnd();
        }

        var lines = string.Join('\n', await run.Stop());
        Assert.Contains(@"cancelled b by 127.0.0.1: a 2026 forged\u001b[31m   \u0000\u007f", lines);
        Assert.IsEmpty(lines.Where(c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u2029')));
        Assert.DoesNotMatchRegex("(?m)^2026 forged", lines);
    }

    [TestMethod]
    public async Task The_secret_never_shows()
    {
        await using var run = await LoggedServer.Start("--verbose", "--secret=open-sesame");
        (await run.Client.Json("POST", "jobs", Some.Job("a"), ("nexrender-secret", "open-sesame"))).Expect(200);
        (await run.Client.Send("GET", "jobs", null, ("nexrender-secret", "open-sesame"))).Expect(200);
        (await run.Client.Send("GET", "jobs", null, ("nexrender-secret", "wrong-sesame"))).Expect(403);
        var lines = string.Join('\n', await run.Stop());
        Assert.Contains(" 403 ", lines);
        Assert.DoesNotContain("sesame", lines);
    }

    [TestMethod]
    public async Task An_output_that_nobody_reads_blocks_no_request_and_no_stop()
    {
        await using var run = await LoggedServer.Start("--verbose");
        run.Server.Output.Pause();
        var path = "jobs/" + new string('x', 4_000);
        // Far more than a pipe holds.
        for (var i = 0; i < 500; i++) (await run.Client.Send("GET", path)).Expect(404);
        (await run.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        run.Server.Signal(15);
        await Eventually.True(() => run.Server.HasExited, "the server stops although its output is blocked");
        run.Server.Output.Resume();
        Assert.AreEqual(0, await run.Server.WaitForExit());
    }

    [TestMethod]
    public async Task A_closed_output_stops_nothing()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("There is no shell to read the output with.");
        using var folder = new TempFolder();
        var port = Ports.Free();
        // The reader exits after it has passed on the first line.
        string[] read = ["bash", "-c", "exec \"$@\" > >(head -n 1 >&2)", "bash"];
        string[] arguments = [$"--port={port}", $"--database={folder.File("jobs.js")}", "--verbose"];
        await using var server = ServerProcess.Launch(arguments, prefix: read);
        await server.Errors.Line(" listens on ");
        using var client = new TestClient(port);
        for (var i = 0; i < 20; i++) (await client.Json("POST", "jobs", Some.Job($"job-{i}"))).Expect(200);
        Assert.AreEqual(20, (await client.Send("GET", "jobs")).Expect(200).Json.GetArrayLength());
        Assert.AreEqual(0, await server.Terminate());
        Assert.Contains("job-19", await File.ReadAllTextAsync(folder.File("jobs.js")));
    }

    private static async Task<bool> IsUp(TestClient client)
    {
        try
        {
            return (await client.Send("GET", "health")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
