using NexRender.Listener.Tests.Support;

namespace NexRender.Listener.Tests.Startup;

/// <summary>The first line of the log: version, address, jobs and options.</summary>
[TestClass]
public sealed class StartLineTests
{
    [TestMethod]
    public async Task It_says_address_jobs_by_state_ordering_database_and_that_there_is_no_secret()
    {
        using var folder = new TempFolder();
        var database = folder.Write("jobs.js",
            """
            [{"uid":"a","state":"queued"},{"uid":"b","state":"error"},{"uid":"c","state":"queued"},{"uid":"d","state":"render:dorender"}]
            """);
        var port = Ports.Free();
        await using var server = await ServerProcess.Start([$"--port={port}", $"--database={database}", "--ordering=priority"]);
        var line = await server.Started();
        Assert.Contains($":{port}", line);
        Assert.Contains("every interface", line);
        Assert.Contains("4 jobs (1 error, 2 queued, 1 render:dorender)", line);
        Assert.Contains(database, line);
        Assert.Contains("priority", line);
        Assert.Contains("no secret", line);
    }

    [TestMethod]
    public async Task It_says_that_there_is_a_secret_and_not_which()
    {
        using var folder = new TempFolder();
        string[] arguments = [$"--port={Ports.Free()}", $"--database={folder.File("jobs.js")}", "--secret=open-sesame", "--host=127.0.0.1"];
        await using var server = await ServerProcess.Start(arguments);
        var line = await server.Started();
        Assert.Contains("http://127.0.0.1:", line);
        Assert.DoesNotContain("every interface", line);
        Assert.Contains("0 jobs", line);
        Assert.Contains("oldest-first", line);
        Assert.Contains("with a secret", line);
        Assert.DoesNotContain("open-sesame", line);
    }

    [TestMethod]
    public async Task The_database_is_named_by_its_full_path()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.Start([$"--port={Ports.Free()}", "--database=jobs.js"], folder: folder.Path);
        Assert.Contains(folder.File("jobs.js"), await server.Started());
    }
}
