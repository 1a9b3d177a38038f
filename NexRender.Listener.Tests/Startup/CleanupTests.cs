using NexRender.Listener.Jobs;
using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>Erasing all jobs from the command line.</summary>
[TestClass]
public sealed class CleanupTests
{
    [TestMethod]
    [DataRow("--cleanup", "[]", "erased 0 jobs")]
    [DataRow("-c", "", "erased 0 jobs")]
    [DataRow("-c", """[{"uid":"a"}]""", "erased 1 job ")]
    [DataRow("--cleanup", """[{"uid":"a"},{"uid":"b"},{"uid":3}]""", "erased 3 jobs")]
    public async Task All_jobs_are_erased_and_counted(string option, string content, string said)
    {
        using var folder = new TempFolder();
        var database = folder.Write("jobs.js", content);
        var result = await ServerProcess.Run([option, $"--database={database}"]);
        Assert.AreEqual(0, result.ExitCode, result.Errors);
        Assert.Contains(said, result.Output);
        Assert.Contains(database, result.Output);
        Assert.AreEqual("[]", (await File.ReadAllTextAsync(database)).Replace("\n", ""));
    }

    [TestMethod]
    public async Task Without_a_database_there_is_nothing_to_erase()
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string> { ["NEXRENDER_DATABASE"] = folder.File("jobs.js") };
        var result = await ServerProcess.Run(["--cleanup"], environment);
        Assert.AreEqual(0, result.ExitCode, result.Errors);
        Assert.Contains("erased 0 jobs", result.Output);
    }

    [TestMethod]
    public async Task Jobs_that_are_only_in_the_journal_are_counted_and_erased()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] database = [$"--database={folder.File("jobs.js")}"];
        await using (var server = await ServerProcess.Start([$"--port={port}", .. database]))
        {
            using var client = new TestClient(port);
            foreach (var uid in new[] { "a", "b", "c" }) (await client.Json("POST", "jobs", Some.Job(uid))).Expect(200);
            (await client.Send("DELETE", "jobs/b")).Expect(200);
            server.Kill();
        }

        Assert.Contains("erased 2 jobs", (await ServerProcess.Run(["-c", .. database])).Output);
        await using var again = await ServerProcess.Start([$"--port={port}", .. database]);
        using var later = new TestClient(port);
        Assert.AreEqual("[]", (await later.Send("GET", "jobs")).Expect(200).Text);
    }

    [TestMethod]
    public async Task While_a_server_holds_the_database_nothing_is_erased()
    {
        using var folder = new TempFolder();
        var port = Ports.Free();
        string[] database = [$"--database={folder.File("jobs.js")}"];
        await using var server = await ServerProcess.Start([$"--port={port}", .. database]);
        using var client = new TestClient(port);
        (await client.Json("POST", "jobs", Some.Job("a"))).Expect(200);
        (await ServerProcess.Run(["--cleanup", .. database])).ExpectRefusal(1, "in use by another server");
        Assert.AreEqual("a", (await client.Send("GET", "jobs")).Expect(200).Uids);
    }

    [TestMethod]
    public async Task A_database_that_cannot_be_read_is_not_erased()
    {
        using var folder = new TempFolder();
        var database = folder.Write("jobs.js", """{"uid":"a"}""");
        (await ServerProcess.Run(["--cleanup", $"--database={database}"])).ExpectRefusal(1, database);
        Assert.AreEqual("""{"uid":"a"}""", await File.ReadAllTextAsync(database));
    }
}
