using NexRender.Listener.Farm.Hooks;
using NexRender.Listener.Tests.Startup;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Hooks;

/// <summary>The command that runs at the end of each job.</summary>
[TestClass]
public sealed class HookCommandTests
{
    [TestInitialize]
    public void NeedsAShell()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The commands are for a Unix shell.");
    }

    [TestMethod]
    public async Task It_gets_the_body_on_its_input_and_variables()
    {
        using var folder = new TempFolder();
        var (body, variables) = (folder.File("body"), folder.File("variables"));
        await using var server = await TestServer.Start(new ListenerOptions
        {
            Hook = $"cat >'{body}'; printf '%s|' \"$NEXRENDER_UID\" \"$NEXRENDER_STATE\" \"$NEXRENDER_EVENT\" \"$NEXRENDER_OUTPUT\" "
                + $"\"$NEXRENDER_REASON\" \"$NEXRENDER_ATTEMPT\" \"$NEXRENDER_BATCH\" \"$NEXRENDER_ID\" >'{variables}'",
        });
        await Hooked.End(server, "in$(tro)", members: "\"output\":\"a \\\"b\\\" $HOME\"");
        await Hooked.Counts(server, delivered: 1);
        var json = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(body)).RootElement;
        Assert.AreEqual("in$(tro)", json.GetProperty("uid").GetString());
        var id = json.GetProperty("id").GetString();
        Assert.AreEqual($"in$(tro)|finished|job.finished|a \"b\" $HOME||1||{id}|", await File.ReadAllTextAsync(variables));
    }

    [TestMethod]
    public async Task One_that_fails_is_counted_and_not_repeated()
    {
        using var folder = new TempFolder();
        var runs = folder.File("runs");
        var options = new ListenerOptions { Hook = $"echo >>'{runs}'; exit 3", HookLimits = Hooked.Quick };
        await using var server = await TestServer.Start(options);
        await Hooked.End(server, "a");
        await Hooked.Counts(server, failed: 1);
        Assert.HasCount(1, await File.ReadAllLinesAsync(runs));
    }

    [TestMethod]
    public async Task One_that_does_not_read_its_input_is_no_failure()
    {
        await using var server = await TestServer.Start(new ListenerOptions { Hook = "exec <&-; exit 0" });
        await Hooked.End(server, "a", "error", $"\"output\":\"{new string('o', 900_000)}\"");
        await Hooked.Counts(server, delivered: 1);
    }

    [TestMethod]
    public async Task At_most_four_run_at_once()
    {
        using var folder = new TempFolder();
        // Each shows that it runs, and ends when the test says so.
        var hook = $"cd '{folder.Path}' && : >\"run-$NEXRENDER_UID\" && while [ ! -e go ]; do sleep 0.02; done";
        await using var server = await TestServer.Start(new ListenerOptions { Hook = hook });
        for (var i = 0; i < 9; i++) await Hooked.End(server, $"{i}");
        await Eventually.True(() => Directory.GetFiles(folder.Path, "run-*").Length == 4, "four commands run");
        await Hooked.Counts(server, pending: 9);
        Assert.HasCount(4, Directory.GetFiles(folder.Path, "run-*"));
        folder.Write("go", "");
        await Hooked.Counts(server, delivered: 9);
    }

    [TestMethod]
    public async Task After_its_time_it_is_killed_with_its_children()
    {
        using var folder = new TempFolder();
        var child = folder.File("child");
        var limits = new HookLimits { CommandTimeout = TimeSpan.FromMilliseconds(500) };
        var hook = $"sh -c 'echo $$ >\"{child}.new\"; mv \"{child}.new\" \"{child}\"; exec sleep 600' & wait";
        await using var server = await TestServer.Start(new ListenerOptions { Hook = hook, HookLimits = limits });
        await Hooked.End(server, "a");
        await Hooked.Counts(server, failed: 1);
        var id = int.Parse((await File.ReadAllTextAsync(child)).Trim());
        await Eventually.True(() => !IsRunning(id), "the child has ended");
    }

    [TestMethod]
    public async Task Its_output_and_its_outcome_are_in_the_log()
    {
        await using var run = await LoggedServer.Start("--hook=echo one; echo two >&2; exit 4");
        (await run.Client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await run.Client.Json("PUT", "jobs/a", """{"state":"finished"}""")).Expect(200);
        var outcome = await run.Server.Errors.Line("hook given up");
        Assert.EndsWith("hook given up a: job.finished to command: exit code 4", outcome);
        await run.Server.Output.Line("hook of a: one$");
        await run.Server.Output.Line("hook of a: two$");
    }

    // A zombie has ended; who its parent is now depends on the machine.
    private static bool IsRunning(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return !process.HasExited && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ");
        }
        catch (Exception e) when (e is ArgumentException or IOException or InvalidOperationException)
        {
            return false;
        }
    }
}
